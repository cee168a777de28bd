import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { brandId, type Epoch } from '../../../src/core/ids.ts';
import { SqliteStore } from '../../../src/server/store/sqlite.ts';
import { StoreError } from '../../../src/server/store/store-error.ts';
import { SyncStore } from '../../../src/server/store/sync-store.ts';
import { ana, entry, put, row } from '../../contract/server-store-rows.ts';
import { serverStoreSuite } from '../../contract/server-store-suite.ts';

const epoch = brandId<Epoch>('e1');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guras-server-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

serverStoreSuite('SQLite in memory', async () => new SyncStore(new SqliteStore({ path: ':memory:', epoch })));
serverStoreSuite(
  'SQLite in a file',
  async () => new SyncStore(new SqliteStore({ path: join(folder, 'server.db'), epoch })),
);

test('when the work throws, nothing of it is left', () => {
  const store = new SqliteStore({ path: ':memory:', epoch });
  const fail = () =>
    store.write(() => {
      store.user(ana).apply(put(row('n1', 1)));
      expect(store.user(ana).row(row('n1', 1))).toEqual(row('n1', 1));
      store.setEpoch(brandId<Epoch>('e2'));
      throw new Error('in the middle');
    });
  expect(fail).toThrow('in the middle');
  expect(store.read(() => store.user(ana).row(row('n1', 1)))).toBeUndefined();
  expect(store.read(() => store.epoch())).toBe('e1');
  store.close();
});

test('transactions do not nest', () => {
  const store = new SqliteStore({ path: ':memory:', epoch });
  expect(() => store.write(() => store.read(() => 1))).toThrow('do not nest');
  store.close();
});

test('what was committed is there after the store is opened again, its epoch included', () => {
  const path = join(folder, 'server.db');
  const first = new SqliteStore({ path, epoch });
  first.write(() => first.user(brandId('ana')).apply([{ kind: 'user', user: { counter: 3, writtenAt: 4 } }]));
  first.close();
  const second = new SqliteStore({ path, epoch: brandId<Epoch>('other') });
  expect(second.read(() => second.user(brandId('ana')).user())).toEqual({ counter: 3, writtenAt: 4 });
  expect(second.read(() => second.epoch())).toBe('e1');
  second.close();
});

test.each(['NORMAL', 'FULL'] as const)('durability %s is what the database runs with', (durability) => {
  const store = new SqliteStore({ path: join(folder, 'server.db'), epoch, durability });
  expect(store.durability()).toBe(durability);
  store.close();
});

test('a database of another program is refused and left as it is', () => {
  const path = join(folder, 'other.db');
  const other = new Database(path);
  other.exec('CREATE TABLE theirs (x)');
  other.close();
  const before = readFileSync(path);
  expect(() => new SqliteStore({ path, epoch })).toThrow(StoreError);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a file that is no database is refused and left as it is', () => {
  const path = join(folder, 'text.db');
  writeFileSync(path, 'this is no database, but it is long enough to be read as one'.repeat(20));
  const before = readFileSync(path);
  expect(() => new SqliteStore({ path, epoch })).toThrow(/can't be opened/);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a database of a newer version is refused', () => {
  const path = join(folder, 'server.db');
  new SqliteStore({ path, epoch }).close();
  const db = new Database(path);
  db.pragma('user_version = 99');
  db.close();
  expect(() => new SqliteStore({ path, epoch })).toThrow(/newer version/);
});

test('two stores in memory share nothing', () => {
  const [one, two] = [new SqliteStore({ path: ':memory:', epoch }), new SqliteStore({ path: ':memory:', epoch })];
  one.write(() => one.user(brandId('ana')).apply([{ kind: 'user', user: { counter: 3, writtenAt: 4 } }]));
  expect(two.read(() => two.users())).toEqual([]);
  one.close();
  two.close();
});

test('the plans of the hot statements go by an index', () => {
  const store = new SqliteStore({ path: ':memory:', epoch });
  const copy = new Database(store.snapshot());
  const plan = (text: string) =>
    (copy.prepare(`EXPLAIN QUERY PLAN ${text}`).all() as { detail: string }[]).map(({ detail }) => detail).join('; ');
  expect(
    plan(
      `SELECT version, bytes FROM rows WHERE user = 'a' AND entityType = 'b' AND version > 1 ORDER BY version LIMIT 9`,
    ),
  ).toMatch(/^SEARCH rows USING COVERING INDEX rowsByVersion[^;]*$/);
  expect(plan(`SELECT id FROM results WHERE user = 'a' AND deviceId = 'b' AND seq = 1`)).toContain(
    'USING COVERING INDEX resultsByPlace',
  );
  expect(plan(`SELECT entityId FROM rows WHERE user = 'a' AND entityType = 'b' AND naturalKey = 'c'`)).toContain(
    'rowsByNaturalKey',
  );
  expect(plan(`SELECT 1 FROM history WHERE user = 'a' AND entityType = 'b' AND entityId = 'c'`)).toContain(
    'historyByRow',
  );
  copy.close();
  store.close();
});

test('a job that looks at a part of the history each time forgets as much as one that looks at all', () => {
  const store = new SqliteStore({ path: ':memory:', epoch });
  const lines = Array.from({ length: 30 }, (_, at) => entry(`n${at % 4}`, at + 1));
  store.write(() => store.user(brandId('ana')).apply(lines.map((line) => ({ kind: 'history', entry: line }))));
  const before = { tombstonesBeforeMs: 0, devicesBeforeMs: 0, historyBeforeMs: 50 };
  const forgotten = Array.from({ length: 6 }, () =>
    store.write(() => store.purge({ ...before, historyLines: 7 }).history),
  );
  expect(forgotten.reduce((sum, count) => sum + count, 0)).toBe(26);
  expect(Math.max(...forgotten)).toBeLessThanOrEqual(7);
  store.close();
});
