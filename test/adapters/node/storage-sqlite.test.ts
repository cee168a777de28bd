import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceLayouts } from '../../../src/adapters/node/sqlite-migrations.ts';
import { ScanStatements } from '../../../src/adapters/node/sqlite-scan.ts';
import { openSqliteStorage } from '../../../src/adapters/node/storage-sqlite.ts';
import { openMemoryStorage } from '../../../src/adapters/portable/storage-memory.ts';
import type { Write } from '../../../src/core/sync/rows.ts';
import { contentOf } from '../../contract/failing-storage.ts';
import { agreesWithModel, story } from '../../contract/storage-model.ts';
import { aConflict, anItem, aRecord, aSequence } from '../../contract/storage-rows.ts';
import { commit, storageSuite } from '../../contract/storage-suite.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'guras-sqlite-'));
  path = join(folder, 'device.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The files as a kill at this moment leaves them, in a folder of their own. */
function filesAfterKill(): string {
  const copy = fs.mkdtempSync(join(folder, 'killed-'));
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith('device.db') && !name.endsWith('-shm')) fs.copyFileSync(join(folder, name), join(copy, name));
  }
  return join(copy, 'device.db');
}

for (const synchronous of ['FULL', 'NORMAL'] as const) {
  storageSuite(`the SQLite store with synchronous ${synchronous}`, () => {
    const storage = openSqliteStorage({ path, synchronous });
    return {
      storage,
      afterKill: () => openSqliteStorage({ path: filesAfterKill(), synchronous }),
      end: () => storage.close(),
    };
  });
}

describe('the SQLite store', () => {
  it('answers as a naive model does', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const storage = openSqliteStorage({ path: ':memory:' });
        await agreesWithModel(storage, steps);
        storage.close();
      }),
      { numRuns: 60 },
    );
  });

  it('follows an index for every scan, and never sorts', () => {
    openSqliteStorage({ path }).close();
    const db = new SqliteDatabase(path);
    const plans: string[] = [];
    const spy = {
      prepare(sql: string) {
        const { length } = sql.match(/\?/g) ?? [];
        const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array<number>(length).fill(1)) as {
          detail: string;
        }[];
        plans.push(`${sql}: ${plan.map((line) => line.detail).join('; ')}`);
        return db.prepare(sql);
      },
    };
    for (const layout of Object.values(deviceLayouts)) {
      const scans = new ScanStatements(spy as unknown as Database, layout);
      const named = [...Object.entries(layout.one), ...Object.entries(layout.many)];
      for (const [index, { columns }] of [['', { columns: layout.keyColumns }] as const, ...named]) {
        for (let prefix = 0; prefix <= columns.length; prefix += 1) {
          const scan = { prefix: Array<number>(prefix).fill(1), ...(index === '' ? {} : { index }) };
          const after = Array<number>(columns.length).fill(1);
          for (const reverse of [false, true]) {
            scans.bodies({ ...scan, reverse });
            scans.bodies({ ...scan, reverse, after });
          }
        }
      }
    }
    expect(plans.filter((plan) => plan.includes('TEMP B-TREE'))).toEqual([]);
    expect(plans.filter((plan) => /SCAN/.test(plan) && /WHERE "?[a-z]+"?\."?\w+"? = /.test(plan))).toEqual([]);
    db.close();
  });

  it('writes with the level asked for, before and after the first write', async () => {
    for (const [synchronous, level] of [
      ['FULL', 2],
      ['NORMAL', 1],
    ] as const) {
      const storage = openSqliteStorage({ path: join(folder, synchronous), synchronous });
      expect(storage.facts().synchronous).toBe(level);
      await commit(storage, { table: 'meta', put: aSequence(1) });
      expect(storage.facts().synchronous).toBe(level);
      expect(storage.facts().journalMode).toBe('wal');
      storage.close();
    }
  });

  it('a full disk is refused with code full, and keeps nothing', async () => {
    const storage = openSqliteStorage({ path, pagesMax: 120 });
    let kept = 0;
    const fill = async () => {
      for (;;) {
        const note = 'x'.repeat(5_000);
        await commit(storage, { table: 'meta', put: aSequence(kept + 1) }, ...[0, 1, 2].map(record(kept, note)));
        kept += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StorageError', code: 'full' });
    expect(kept).toBeGreaterThan(3);
    expect(storage.read((rows) => rows.count('records'))).toBe(kept * 3);
    expect(storage.read((rows) => rows.get('meta', ['sequence']))).toEqual(aSequence(kept));
    await commit(storage, { table: 'records', remove: ['session', 'r0.0'] });
    storage.close();
  });

  it('a file that another process holds is refused with code busy, and can still be read', async () => {
    const storage = openSqliteStorage({ path, busyTimeoutMs: 0 });
    await commit(storage, { table: 'meta', put: aSequence(1) });
    const other = new SqliteDatabase(path);
    other.exec("BEGIN IMMEDIATE; UPDATE meta SET body = '{}'");
    await expect(commit(storage, { table: 'meta', put: aSequence(2) })).rejects.toMatchObject({ code: 'busy' });
    expect(storage.read((rows) => rows.get('meta', ['sequence']))).toEqual(aSequence(1));
    other.exec('ROLLBACK');
    other.close();
    await commit(storage, { table: 'meta', put: aSequence(2) });
    storage.close();
  });

  it('a read sees one state while another connection commits', async () => {
    const reader = openSqliteStorage({ path });
    const writer = openSqliteStorage({ path });
    await commit(writer, { table: 'meta', put: aSequence(1) });
    const seen = reader.read((rows) => {
      const before = rows.get('meta', ['sequence']);
      writer.transact(() => ({ commit: [{ table: 'meta', put: aSequence(2) }], value: null }));
      return [before, rows.get('meta', ['sequence'])];
    });
    expect(seen).toEqual([aSequence(1), aSequence(1)]);
    expect(reader.read((rows) => rows.get('meta', ['sequence']))).toEqual(aSequence(2));
    reader.close();
    writer.close();
  });

  it('foreign changes are seen once another connection has written', async () => {
    const storage = openSqliteStorage({ path });
    const other = openSqliteStorage({ path });
    const before = storage.foreignChanges();
    await commit(storage, { table: 'meta', put: aSequence(1) });
    expect(storage.foreignChanges()).toBe(before);
    await commit(other, { table: 'meta', put: aSequence(2) });
    expect(storage.foreignChanges()).not.toBe(before);
    storage.close();
    other.close();
  });

  it('a store opened for reading reads beside a writer, and writes nothing', async () => {
    const writer = openSqliteStorage({ path });
    await commit(writer, { table: 'meta', put: aSequence(1) });
    const reader = openSqliteStorage({ path, readonly: true });
    expect(contentOf(reader)).toBe(contentOf(writer));
    await expect(commit(reader, { table: 'meta', put: aSequence(2) })).rejects.toMatchObject({ code: 'unavailable' });
    reader.close();
    writer.close();
    const later = openSqliteStorage({ path, readonly: true });
    expect(later.read((rows) => rows.get('meta', ['sequence']))).toEqual(aSequence(1));
    later.close();
    expect(() => openSqliteStorage({ path: join(folder, 'none'), readonly: true })).toThrow('there is no file');
    expect(fs.existsSync(join(folder, 'none'))).toBe(false);
  });

  it('refuses a transaction inside another one', () => {
    const storage = openSqliteStorage({ path: ':memory:' });
    expect(() => storage.read(() => storage.read(() => null))).toThrow('does not start inside');
    storage.close();
  });

  it('its answers are those of the memory store for everything that a queue does', async () => {
    const memory = openMemoryStorage();
    const sqlite = openSqliteStorage({ path: ':memory:' });
    const states = ['pending', 'inFlight', 'unsettled', 'pending', 'parked'] as const;
    for (let n = 0; n < 200; n += 1) {
      const id = `i${(n * 13) % 40}`;
      const put = anItem(id, (n * 13) % 40, {
        state: states[n % 5] ?? 'pending',
        parents: Array.from({ length: n % 4 }, (_, at) => `p/${(n + at) % 6}`),
        group: n % 3 === 0 ? `g${n % 2}` : null,
      });
      const writes: Write[] = [
        { table: 'items', put },
        n % 7 === 0 ? { table: 'items', remove: [`i${n % 40}`] } : conflict(n),
      ];
      await commit(memory, ...writes);
      await commit(sqlite, ...writes);
    }
    expect(contentOf(sqlite)).toBe(contentOf(memory));
    for (const index of ['byEntity', 'byState', 'byGroup', 'byParent']) {
      const scanned = sqlite.read((rows) => rows.scan('items', { index }));
      expect(scanned).toEqual(memory.read((rows) => rows.scan('items', { index })));
    }
    sqlite.close();
  });
});

const record =
  (n: number, note: string) =>
  (at: number): Write => ({ table: 'records', put: aRecord(`r${n}.${at}`, { local: { note } }) });
const conflict = (n: number): Write => ({ table: 'conflicts', put: aConflict(`c${n % 9}`, `e${n % 9}`) });
