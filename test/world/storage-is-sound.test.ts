import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteStorage } from '../../src/adapters/node/storage-sqlite.ts';
import { MemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import type { Write } from '../../src/core/sync/rows.ts';
import { problemsOf } from '../../src/world/invariants/storage-is-sound.ts';

const entries = Array.from({ length: 200 }, (_, n): Write => {
  const entry = { n, atMs: n, kind: 'lost', changeId: null, entityType: 'latest', entityId: 'r', by: null, kept: null };
  return { table: 'log', put: { ...entry, detail: 'x'.repeat(200) } as never };
});
const acknowledged = {
  table: 'journal',
  put: { id: 'a', ackedAt: 1, lost: false, era: 1, version: 1, item: {} },
} as never;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guras-sound-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a check of stored data', () => {
  it('passes a memory store whose indexes fit, and finds an index that has lost its rows', () => {
    const store = new MemoryStorage({});
    const empty = store.snapshot();
    store.transact(() => ({ commit: [acknowledged], value: null }));
    const image = store.snapshot();
    const broken = { ...image, journal: { ...image.journal, indexes: empty.journal.indexes } };
    expect(problemsOf({ kind: 'image', image })).toEqual([]);
    expect(problemsOf({ kind: 'image', image: broken })).toContain(
      'journal by byTime finds 0 rows, 0 of them gone, in place of 1',
    );
  });

  it('passes a database file, and finds one with bytes that are not its own', () => {
    const path = join(folder, 'device.db');
    const store = openSqliteStorage({ path });
    store.transact(() => ({ commit: entries, value: null }));
    store.close();
    const bytes = readFileSync(path);
    const broken = Buffer.from(bytes);
    broken.fill(0xff, Math.floor(bytes.length / 3), Math.floor((2 * bytes.length) / 3));
    expect(problemsOf({ kind: 'files', files: new Map([['', bytes]]) })).toEqual([]);
    expect(problemsOf({ kind: 'files', files: new Map([['', broken]]) }).length).toBeGreaterThan(0);
  });
});
