import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { type DigestRow, DigestSum, digestBucket } from '../../src/core/protocol/digest.ts';
import {
  digestAnswerSchema,
  digestRequestSchema,
  historyAnswerSchema,
  pullAnswerSchema,
  pullRequestSchema,
  pushAnswerSchema,
  pushRequestSchema,
  resolveRequestSchema,
} from '../../src/core/protocol/messages.ts';
import { calls } from '../../src/core/protocol/paths.ts';
import { rollbackRequestSchema } from '../../src/core/protocol/rollback.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import { syncRoutes } from '../../src/server/http/sync-routes.ts';
import { blocksOf, readPage } from './page.ts';

const path = 'docs/protocol.md';

/** What the JSON examples of the page have to fit, by the words behind their backticks. */
const schemas: Readonly<Record<string, z.ZodMiniType>> = {
  'pull request': pullRequestSchema,
  'pull answer': pullAnswerSchema,
  'push request': pushRequestSchema,
  'push answer': pushAnswerSchema,
  'resolve request': resolveRequestSchema,
  'digest request': digestRequestSchema,
  'digest answer': digestAnswerSchema,
  'history answer': historyAnswerSchema,
  'rollback request': rollbackRequestSchema,
};

interface Vector {
  readonly row: DigestRow;
  readonly text: string;
  readonly hash: string;
  readonly bucket: string;
}

const examples = blocksOf(readPage(path)).flatMap(({ info, text }) =>
  info.startsWith('json ') ? [{ name: info.slice('json '.length), value: JSON.parse(text) as unknown }] : [],
);

describe('the page of the protocol', () => {
  it.each(Object.keys(schemas))('has an example of a %s that the schema takes', (name) => {
    const example = examples.find((other) => other.name === name);
    expect(example).toBeDefined();
    expect(schemas[name]?.safeParse(example?.value).error).toBeUndefined();
  });

  it('has no JSON that is not checked', () => {
    const known = [...Object.keys(schemas), 'digest vectors'];
    expect(examples.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
    const plain = blocksOf(readPage(path)).filter(({ info }) => info === 'json');
    expect(plain).toEqual([]);
  });

  it('has digest vectors that the code comes to', () => {
    const vectors = examples.find(({ name }) => name === 'digest vectors')?.value as readonly Vector[];
    expect(vectors.length).toBeGreaterThan(2);
    for (const { row, text, hash, bucket } of vectors) {
      const sum = new DigestSum();
      sum.add(row);
      expect(canonicalJson([row.entityType, row.entityId, row.version, row.data])).toBe(text);
      expect(sum.result()).toEqual({ count: 1, hash });
      expect(digestBucket(row.entityId)).toBe(bucket);
    }
    const both = new DigestSum();
    for (const { row } of vectors.slice(0, 2)) both.add(row);
    expect(readPage(path).text).toContain(`count 2, hash \`${both.result().hash}\``);
  });

  it('names every call with its method and address', () => {
    const { text } = readPage(path);
    for (const { method, url } of syncRoutes) {
      expect(text).toContain(`\`${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}\``);
    }
    expect(Object.keys(calls).filter((name) => !new RegExp(`^\\| ${name} +\\|`, 'm').test(text))).toEqual([]);
  });
});
