import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceMigrations, type Migration } from '../../../src/adapters/node/sqlite-migrations.ts';
import { openSqliteStorage } from '../../../src/adapters/node/storage-sqlite.ts';
import { contentOf } from '../../contract/failing-storage.ts';
import { anItem, aRecord, aSequence } from '../../contract/storage-rows.ts';
import { commit } from '../../contract/storage-suite.ts';

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
