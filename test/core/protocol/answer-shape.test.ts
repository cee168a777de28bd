import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { isPullAnswer, isPushAnswer } from '../../../src/core/protocol/answer-shape.ts';
import { decodePull } from '../../../src/core/protocol/codec.ts';
import { pullAnswerSchema, pushAnswerSchema } from '../../../src/core/protocol/messages.ts';

const stamp = fc.constant('1700000000000-0001-a');
const row = fc.record(
  {
    entityType: fc.string({ minLength: 1, maxLength: 20 }),
    entityId: fc.string({ minLength: 1, maxLength: 20 }),
    part: fc.constantFrom('user', 'catalogue'),
    version: fc.nat(),
    deleted: fc.boolean(),
    data: fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: null }),
    stamps: fc.dictionary(fc.string(), stamp),
    fieldVersions: fc.dictionary(fc.string(), fc.nat()),
    updatedAt: fc.nat(),
    origin: fc.record({ deviceId: fc.string(), changeId: fc.string() }),
  },
  {
    requiredKeys: ['entityType', 'entityId', 'part', 'version', 'deleted', 'data', 'stamps', 'updatedAt', 'origin'],
  },
);
const problem = fc.record(
  {
    code: fc.string(),
    title: fc.string(),
    detail: fc.string(),
    status: fc.nat(),
    field: fc.string(),
    changeId: fc.string(),
    limit: fc.nat(),
    more: fc.jsonValue(),
  },
  { requiredKeys: ['code'] },
);
const result = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 40 }),
    status: fc.constantFrom('applied', 'duplicate', 'conflict', 'rejected', 'retry'),
    first: fc.constantFrom('applied', 'conflict', 'rejected'),
    version: fc.nat(),
    row,
    problem,
  },
  { requiredKeys: ['id', 'status'] },
);
const epoch = fc.string({ minLength: 1, maxLength: 40 });
const pullAnswer = fc.record({
  epoch,
  cursor: fc.string({ minLength: 1, maxLength: 40 }),
  hasMore: fc.boolean(),
  serverTime: fc.nat(),
  changes: fc.array(row, { maxLength: 3 }),
  settled: fc.array(result, { maxLength: 3 }),
});
const pushAnswer = fc.record({ epoch, serverTime: fc.nat(), results: fc.array(result, { maxLength: 3 }) });

/** Values that stand at the edges of what the schema takes. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, -1, -0, 1.5, 2 ** 53, 2 ** 53 - 1, '', 'x'.repeat(257), true, [], {}, 'user', 'retry'),
  fc.constantFrom<unknown>('1700000000000-0001-', '170000000000-0001-a', { a: 1 }, [1], 'x'.repeat(256)),
  fc.jsonValue(),
);

/** The value with the part at one path taken out or replaced. */
function spoilt(value: unknown, picks: readonly number[], replacement: { readonly value: unknown } | null): unknown {
  if (typeof value !== 'object' || value === null) return replacement === null ? undefined : replacement.value;
  const names = Object.keys(value);
  const [pick = 0, ...rest] = picks;
  if (names.length === 0 || picks.length === 0) return replacement === null ? undefined : replacement.value;
  const name = names[pick % names.length] as string;
  const part = spoilt((value as Record<string, unknown>)[name], rest, replacement);
  if (Array.isArray(value)) return value.map((entry, at) => (String(at) === name ? (part ?? null) : entry));
  const kept = Object.entries(value).filter(([other]) => other !== name);
  return Object.fromEntries(part === undefined ? kept : [...kept, [name, part]]);
}

const spoiling = fc.record({
  picks: fc.array(fc.nat(20), { maxLength: 6 }),
  replacement: fc.option(fc.record({ value: odd }), { nil: null }),
});

describe('the shape of an answer, checked by hand', () => {
  it('takes what the schema takes, and nothing else, for pulls', () => {
    let taken = 0;
    fc.assert(
      fc.property(pullAnswer, fc.option(spoiling, { nil: null, freq: 4 }), (answer, spoil) => {
        const body: unknown = spoil === null ? answer : spoilt(answer, spoil.picks, spoil.replacement);
        if (isPullAnswer(body)) taken += 1;
        expect(isPullAnswer(body)).toBe(z.safeParse(pullAnswerSchema, body).success);
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(300);
    expect(taken).toBeLessThan(2_900);
  });

  it('takes what the schema takes, and nothing else, for pushes', () => {
    fc.assert(
      fc.property(pushAnswer, fc.option(spoiling, { nil: null, freq: 4 }), (answer, spoil) => {
        const body: unknown = spoil === null ? answer : spoilt(answer, spoil.picks, spoil.replacement);
        expect(isPushAnswer(body)).toBe(z.safeParse(pushAnswerSchema, body).success);
      }),
      { numRuns: 3_000 },
    );
  });

  it('keeps a field named __proto__ of a row', () => {
    const text = `{"epoch":"e","cursor":"c","hasMore":false,"serverTime":1,"settled":[],"changes":[{"entityType":"t",
      "entityId":"i","part":"user","version":1,"deleted":false,"data":{"__proto__":{"a":1},"b":2},"stamps":{},
      "updatedAt":1,"origin":{"deviceId":"d","changeId":"c"}}]}`;
    const decoded = decodePull(JSON.parse(text));
    expect(decoded.ok && JSON.stringify(decoded.value.changes[0]?.data)).toBe('{"__proto__":{"a":1},"b":2}');
  });
});
