import SqliteDatabase, { type Database, type Statement } from 'better-sqlite3';
import type { Rows, Scan, Write } from '../../core/sync/rows.ts';
import type { TableName, Tables } from '../../core/sync/tables.ts';
import { assert } from '../../lib/assert.ts';
import { type Storage, StorageError, type Work } from '../../ports/storage.ts';
import { storageErrorOf } from './sqlite-errors.ts';
import { applicationId, checkVersion, damaged, inspectFile, placeFile } from './sqlite-file.ts';
import {
  deviceLayouts,
  deviceMigrations,
  fileVersion,
  type Migration,
  migrate,
  newestVersion,
} from './sqlite-migrations.ts';
import { SqliteTable } from './sqlite-table.ts';

/** How a device's file is opened. */
export interface SqliteStorageOptions {
  /** The file, or `:memory:`. It is made when absent, unless `readonly`. */
  readonly path: string;
  /** For `:memory:`: what the database holds at first, as {@link SqliteStorage.image} gave it. */
  readonly image?: Buffer;
  /** `FULL` (default): an answered write survives a power cut. `NORMAL`: it survives a kill of the process. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** Never writes; `transact` fails with `unavailable`. */
  readonly readonly?: boolean;
  /** How long a transaction waits for another process before it fails with `busy`, ms. Default 5,000. */
  readonly busyTimeoutMs?: number;
  /** Pages of 2 KiB that the file may grow to; beyond, a write fails with `full`. Absent: the disk decides. */
  readonly pagesMax?: number;
  /** The steps of the file format; tests add one to try an upgrade. */
  readonly migrations?: readonly Migration[];
}

/** What SQLite says of an open file. */
export interface SqliteFacts {
  /** 1 is NORMAL, 2 is FULL. */
  readonly synchronous: number;
  readonly journalMode: string;
  readonly version: number;
  readonly bytes: number;
}

/**
 * Bytes of a page of a new file. A local write changes a page of each table and index that it touches, and every one is
 * written whole: at half of SQLite's usual size it is durable in three quarters of the time.
 */
const pageBytes = 2_048;
/** Bytes in the WAL before it is folded into the file: a WAL that is written anew in place is faster than a longer one. */
const checkpointBytes = 4 * 1_024 * 1_024;
const everything: Scan = {};
const synchronousLevels = { NORMAL: 1, FULL: 2 } as const;

/**
 * Opens, or makes, a device's SQLite file. Fails with `foreign` (nothing was touched), `too-new`, `corrupt`, `busy`,
 * `full` or `unavailable`. Other processes may have the same file open.
 */
export function openSqliteStorage(options: SqliteStorageOptions): SqliteStorage {
  const { path, migrations = deviceMigrations } = options;
  const newest = newestVersion(migrations);
  let db: Database | null = null;
  try {
    if (path !== ':memory:' && inspectFile(path, newest) === 'absent') {
      if (options.readonly) throw new StorageError('unavailable', `there is no file ${path}`, 'check the path');
      placeFile(path, (draft) => makeDraft(draft, migrations));
    }
    db = new SqliteDatabase(options.image ?? path, {
      readonly: options.readonly ?? false,
      fileMustExist: path !== ':memory:',
      timeout: options.busyTimeoutMs ?? 5_000,
    });
    if (path === ':memory:') db.pragma(`application_id = ${applicationId}`);
    prepareDatabase(db, options, migrations);
    return new SqliteStorage(db, options);
  } catch (error) {
    db?.close();
    throw storageErrorOf(error, path);
  }
}

/** The draft is thrown away on any failure and flushed at the end, so it needs no journal and no flush of its own. */
function makeDraft(draft: string, migrations: readonly Migration[]): void {
  const db = new SqliteDatabase(draft);
  try {
    db.pragma('synchronous = OFF');
    db.pragma(`page_size = ${pageBytes}`);
    db.pragma(`application_id = ${applicationId}`);
    migrate(db, migrations);
    db.pragma('journal_mode = WAL');
  } finally {
    db.close();
  }
}

function prepareDatabase(db: Database, options: SqliteStorageOptions, migrations: readonly Migration[]): void {
  const { path, synchronous = 'FULL', pagesMax } = options;
  const newest = newestVersion(migrations);
  // Set by name before the first lock: SQLite lowers a level that nobody chose as soon as it sees a WAL file.
  db.pragma(`synchronous = ${synchronous}`);
  if (pagesMax !== undefined) db.pragma(`max_page_count = ${pagesMax}`);
  checkVersion(path, { found: fileVersion(db), newest });
  if (options.readonly) {
    if (fileVersion(db) === newest) checkTables(db, path);
    else throw new StorageError('unavailable', `${path} is of an older version`, 'open it for writing once');
    return;
  }
  const mode = db.pragma('journal_mode = WAL', { simple: true });
  if (mode !== 'wal' && path !== ':memory:') {
    throw new StorageError('unavailable', `${path}: the file system can not do WAL`, 'use a local disk');
  }
  db.pragma(`wal_autocheckpoint = ${checkpointBytes / (db.pragma('page_size', { simple: true }) as number)}`);
  migrate(db, migrations);
  checkTables(db, path);
}

/** A file that carries our id and version but not our tables was damaged. */
function checkTables(db: Database, path: string): void {
  const found = new Set(db.prepare('SELECT name FROM sqlite_schema').pluck().all());
  for (const layout of Object.values(deviceLayouts)) {
    const names = [layout, ...Object.values(layout.one), ...Object.values(layout.many)];
    for (const item of names) if (!found.has('sqlName' in item ? item.sqlName : item.name)) throw damaged(path);
  }
}

/** The store behind {@link openSqliteStorage}: synchronous, one `BEGIN IMMEDIATE … COMMIT` per transaction. */
export class SqliteStorage implements Storage {
  readonly #db: Database;
  readonly #path: string;
  readonly #readonly: boolean;
  readonly #level: number;
  readonly #tables: { readonly [Name in TableName]: SqliteTable<Tables[Name]> };
  readonly #tableList: readonly SqliteTable<never>[];
  readonly #rows: Rows;
  readonly #begin: Statement;
  readonly #beginRead: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #dataVersion: Statement;
  #busy = false;
  #levelSeen = false;

  constructor(db: Database, { path, synchronous = 'FULL', readonly = false }: SqliteStorageOptions) {
    this.#db = db;
    this.#path = path;
    this.#readonly = readonly;
    this.#level = synchronousLevels[synchronous];
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#beginRead = db.prepare('BEGIN');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#dataVersion = db.prepare('PRAGMA data_version').pluck();
    this.#tables = Object.fromEntries(
      Object.entries(deviceLayouts).map(([name, layout]) => [name, new SqliteTable(db, layout)]),
    ) as never;
    this.#tableList = Object.values(this.#tables) as never;
    this.#rows = {
      get: (table, key) => this.#tables[table].get(key) as never,
      scan: (table, scan = everything) => this.#tables[table].scan(scan) as never,
      count: (table, scan = everything) => this.#tables[table].count(scan.index, scan.prefix ?? []),
    };
  }

  /** See {@link Storage}; durable when it returns. */
  transact<T>(work: (rows: Rows) => Work<T>): T {
    if (this.#readonly)
      throw new StorageError('unavailable', `${this.#path} is open for reading only`, 'open it for writing');
    return this.#within(this.#begin, () => {
      this.#keepKnown(true);
      try {
        const { commit, value } = work(this.#rows);
        for (const write of commit) this.#write(write);
        return value;
      } finally {
        this.#keepKnown(false);
      }
    });
  }

  /** See {@link Storage}; never waits for a writer. */
  read<T>(work: (rows: Rows) => T): T {
    return this.#within(this.#beginRead, () => work(this.#rows));
  }

  /** Changes when another connection, of this or another process, has committed. */
  foreignChanges(): number {
    this.#ready();
    return this.#dataVersion.get() as number;
  }

  /** The whole database as bytes, complete at a commit. */
  image(): Buffer {
    this.#ready();
    return this.#db.serialize();
  }

  /** How this connection writes, and how big the file is: for people and reports. */
  facts(): SqliteFacts {
    this.#ready();
    const one = (name: string): unknown => this.#db.pragma(name, { simple: true });
    return {
      synchronous: one('synchronous') as number,
      journalMode: one('journal_mode') as string,
      version: one('user_version') as number,
      bytes: (one('page_count') as number) * (one('page_size') as number),
    };
  }

  /** Folds the WAL into the file when this was the last connection. Every later call fails with code `closed`. */
  close(): void {
    this.#db.close();
  }

  #within<T>(begin: Statement, body: () => T): T {
    this.#ready();
    this.#busy = true;
    try {
      begin.run();
      const value = body();
      this.#commit.run();
      if (!this.#levelSeen) this.#checkLevel();
      return value;
    } catch (error) {
      if (this.#db.inTransaction) this.#rollback.run();
      throw storageErrorOf(error, this.#path);
    } finally {
      this.#busy = false;
    }
  }

  #keepKnown(keeps: boolean): void {
    for (const table of this.#tableList) table.keepKnown(keeps);
  }

  #write(write: Write): void {
    const table = this.#tables[write.table] as SqliteTable<unknown>;
    if ('put' in write) table.put(write.put);
    else table.remove(write.remove);
  }

  #ready(): void {
    if (!this.#db.open) throw new StorageError('closed', `${this.#path} is closed`, 'open it again');
    assert(!this.#busy, 'a transaction does not start inside another one');
  }

  /** The level that holds after the first transaction is the one that was asked for; SQLite may have changed it. */
  #checkLevel(): void {
    const level = this.#db.pragma('synchronous', { simple: true });
    assert(level === this.#level, `${this.#path} writes with synchronous ${this.#level}, not ${level}`);
    this.#levelSeen = true;
  }
}
