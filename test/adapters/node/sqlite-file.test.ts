import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applicationId } from '../../../src/adapters/node/sqlite-file.ts';
import { deviceMigrations } from '../../../src/adapters/node/sqlite-migrations.ts';
import { openSqliteStorage } from '../../../src/adapters/node/storage-sqlite.ts';
import type { Write } from '../../../src/core/sync/rows.ts';
import { contentOf } from '../../contract/failing-storage.ts';
import { aRecord } from '../../contract/storage-rows.ts';
import { commit } from '../../contract/storage-suite.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'guras-sqlite-'));
  path = join(folder, 'device.db');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

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
