import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applicationId } from '../../../src/adapters/node/sqlite-file.ts';
import { deviceLayouts, deviceMigrations, type Migration } from '../../../src/adapters/node/sqlite-migrations.ts';
import { ScanStatements } from '../../../src/adapters/node/sqlite-scan.ts';
import { openSqliteStorage } from '../../../src/adapters/node/storage-sqlite.ts';
import { openMemoryStorage } from '../../../src/adapters/portable/storage-memory.ts';
import type { Write } from '../../../src/core/sync/rows.ts';
import { contentOf } from '../../contract/failing-storage.ts';
import { agreesWithModel, story } from '../../contract/storage.model.ts';
import { commit, storageSuite } from '../../contract/storage.suite.ts';
import { aConflict, anItem, aRecord, aSequence } from '../../contract/storage-rows.ts';

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
    const storage = openSqliteStorage({ path, pagesMax: 60 });
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
    for (const index of ['byPlace', 'byEntity', 'byState', 'byGroup', 'byParent']) {
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

describe('a file that is not a sound device', () => {
  const listing = (): string[] =>
    fs.readdirSync(folder).map((name) => `${name} ${fs.readFileSync(join(folder, name), 'hex')}`);
  const refused = (code: string, options: object = {}): void => {
    const before = listing();
    expect(() => openSqliteStorage({ path, ...options })).toThrow(
      expect.objectContaining({ name: 'StorageError', code }),
    );
    expect(listing()).toEqual(before);
  };
  const sound = async (): Promise<void> => {
    const storage = openSqliteStorage({ path });
    const put = (n: number): Write => ({
      table: 'records',
      put: aRecord(`r${n}`, { local: { note: 'x'.repeat(2_000) } }),
    });
    await commit(storage, ...Array.from({ length: 50 }, (_, n) => put(n)));
    storage.close();
  };

  it('is left alone when it is a text, or another program’s database', () => {
    fs.writeFileSync(
      path,
      'Dear diary, this is not a database, and it is longer than a header is: one hundred bytes or more.',
    );
    refused('foreign');
    fs.writeFileSync(path, 'x');
    refused('foreign');
    fs.rmSync(path);
    const db = new SqliteDatabase(path);
    db.pragma('journal_mode = WAL');
    db.exec('CREATE TABLE notes (text)');
    db.close();
    refused('foreign');
    refused('foreign', { readonly: true });
  });

  it('is left alone when a newer version wrote it', async () => {
    await sound();
    const db = new SqliteDatabase(path);
    db.pragma(`user_version = ${deviceMigrations.length + 1}`);
    db.close();
    refused('too-new');
  });

  it('is called damaged when it is empty, cut short, or has lost its tables, and is never taken for a new one', async () => {
    fs.writeFileSync(path, '');
    refused('corrupt');
    fs.rmSync(path);
    await sound();
    const whole = fs.readFileSync(path);
    for (const bytes of [10, 99, 100, 4_096, 8_192, whole.length - 4_096]) {
      fs.writeFileSync(path, whole.subarray(0, bytes));
      expect(() => openSqliteStorage({ path })).toThrow(expect.objectContaining({ code: 'corrupt' }));
      for (const left of [`${path}-wal`, `${path}-shm`]) fs.rmSync(left, { force: true });
    }
    fs.rmSync(path);
    const db = new SqliteDatabase(path);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${deviceMigrations.length}`);
    db.close();
    expect(() => openSqliteStorage({ path })).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });

  it('says so at the read that meets a damaged page or row', async () => {
    await sound();
    const whole = fs.readFileSync(path);
    fs.writeFileSync(path, Buffer.concat([whole.subarray(0, 4_096 * 4), Buffer.alloc(whole.length - 4_096 * 4, 0x5a)]));
    const readAll = () => contentOf(openSqliteStorage({ path }));
    expect(readAll).toThrow(expect.objectContaining({ code: 'corrupt' }));
    for (const left of [`${path}-wal`, `${path}-shm`]) fs.rmSync(left, { force: true });
    fs.writeFileSync(path, whole);
    const db = new SqliteDatabase(path);
    db.exec("UPDATE records SET body = substr(body, 1, 20) WHERE entityId = 'r7'");
    db.close();
    expect(readAll).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });

  it('is refused with its reason when the folder is missing or is a file', () => {
    expect(() => openSqliteStorage({ path: join(folder, 'no', 'device.db') })).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
    expect(() => openSqliteStorage({ path: folder })).toThrow(expect.objectContaining({ code: 'unavailable' }));
  });
});

describe('making and migrating a file', () => {
  const seen = new Set<string>();
  /** Version 2 as an upgrade could be: a table, a column, rewritten rows; a kill is tried before and after each step. */
  const second = (atStep: () => void): Migration => ({
    version: 2,
    name: 'notes beside records',
    up: (db) => {
      atStep();
      db.exec('CREATE TABLE notes (id PRIMARY KEY, text) WITHOUT ROWID');
      atStep();
      db.exec('ALTER TABLE records ADD COLUMN starred');
      atStep();
      db.exec("INSERT INTO notes SELECT entityId, json_extract(body, '$.local.title') FROM records");
      atStep();
    },
  });

  it('a kill at any step of a migration leaves the version before, with the queue, and the next start goes on', async () => {
    const old = openSqliteStorage({ path });
    await commit(old, { table: 'items', put: anItem('i1', 1) }, { table: 'records', put: aRecord('r1') });
    const content = contentOf(old);
    old.close();
    const killed: string[] = [];
    const migrations = [...deviceMigrations, second(() => killed.push(filesAfterKill()))];
    const upgraded = openSqliteStorage({ path, migrations });
    killed.push(filesAfterKill());
    upgraded.close();
    expect(killed).toHaveLength(5);
    for (const [at, copy] of killed.entries()) {
      const db = new SqliteDatabase(copy);
      seen.add(`${at === 4} ${db.pragma('user_version', { simple: true })}`);
      db.close();
      const again = openSqliteStorage({ path: copy, migrations: [...deviceMigrations, second(() => undefined)] });
      expect(contentOf(again)).toBe(content);
      expect(again.facts().version).toBe(2);
      again.close();
    }
    expect([...seen].sort()).toEqual(['false 1', 'true 2']);
  });

  it('a migration that fails leaves the version before, and an older build then refuses nothing', async () => {
    const first = openSqliteStorage({ path });
    await commit(first, { table: 'items', put: anItem('i1', 1) });
    first.close();
    let step = 0;
    const failing = second(() => {
      step += 1;
      if (step === 3) throw new Error('planted');
    });
    expect(() => openSqliteStorage({ path, migrations: [...deviceMigrations, failing] })).toThrow('planted');
    const again = openSqliteStorage({ path });
    expect(again.read((rows) => rows.count('items'))).toBe(1);
    expect(again.facts().version).toBe(1);
    again.close();
  });

  it('a file that could not be made whole is not there, and no draft stays', () => {
    const failing: Migration = { ...second(() => undefined), up: (db) => db.exec('not SQL') };
    expect(() => openSqliteStorage({ path, migrations: [...deviceMigrations, failing] })).toThrow('syntax error');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('drafts of processes that are gone are swept, and two openers get one file', async () => {
    fs.writeFileSync(`${path}.draft-999999999-00000000`, 'half');
    const one = openSqliteStorage({ path });
    const two = openSqliteStorage({ path });
    await commit(one, { table: 'meta', put: aSequence(1) });
    await commit(two, { table: 'meta', put: aSequence(2) });
    expect(one.read((rows) => rows.get('meta', ['sequence']))).toEqual(aSequence(2));
    one.close();
    two.close();
    expect(fs.readdirSync(folder)).toEqual(['device.db']);
  });

  it('an upgrade that another process is just making is waited for, and not made twice', () => {
    openSqliteStorage({ path }).close();
    let runs = 0;
    const migrations = [...deviceMigrations, second(() => (runs += 1))];
    const one = openSqliteStorage({ path, migrations });
    const two = openSqliteStorage({ path, migrations });
    expect(runs).toBe(4);
    one.close();
    two.close();
  });
});
