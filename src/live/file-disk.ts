import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStorage, type SqliteStorage } from '../adapters/node/storage-sqlite.ts';
import { assert } from '../lib/assert.ts';
import type { Storage } from '../ports/storage.ts';
import type { DataCopy } from '../stage/data-copy.ts';
import type { PhoneDisk } from '../stage/phone-world.ts';
import { withoutLastCommits } from './cut-log.ts';

/** What the names of a database's files end with. Its index of the log is made anew by whoever opens it. */
const parts = ['', '-wal'];

/**
 * A device's SQLite file over all lives. A killed life leaves the file as the operating system holds it, its write-ahead
 * log not folded in: the next life opens that very state, in a copy, because closing the handle would tidy it up.
 */
export class FileDisk implements PhoneDisk {
  readonly #folder: string;
  readonly #name: string;
  #opened = 0;
  #store: SqliteStorage | null = null;
  /** The log as the last power cut left it: the phone boots with it, so nothing of it is unsynced. */
  #synced: Buffer | null = null;

  /** `name` must be fit for a file name. */
  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
  }

  /** The file of the life that runs, or that runs next. */
  get path(): string {
    return join(this.#folder, this.#opened === 0 ? `${this.#name}.db` : `${this.#name}.${this.#opened}.db`);
  }

  open(): Storage {
    assert(this.#store === null, 'one life opens the file at a time');
    this.#store = openSqliteStorage({ path: this.path });
    return this.#store;
  }

  /** Opens the file of the life that runs once more, as another process does. */
  openBeside(): Storage {
    return openSqliteStorage({ path: this.path });
  }

  copy(): DataCopy {
    const made = parts.filter((part) => existsSync(this.path + part));
    return { kind: 'files', files: new Map(made.map((part) => [part, readFileSync(this.path + part)])) };
  }

  load(copy: DataCopy): void {
    assert(this.#store === null, 'no life runs on the data that are replaced');
    assert(copy.kind === 'files', 'the copy was made of files');
    this.#opened += 1;
    for (const [part, bytes] of copy.files) writeFileSync(this.path + part, bytes);
  }

  kill(): void {
    const store = this.#store;
    if (store === null) return;
    const dead = this.path;
    this.#opened += 1;
    for (const part of parts) if (existsSync(dead + part)) copyFileSync(dead + part, this.path + part);
    this.#store = null;
    store.close();
  }

  shut(): void {
    this.#store?.close();
    this.#store = null;
  }

  /** The commits that vanish are cut off the write-ahead log: what has been folded into the file itself is synced. */
  cutPower(lostCommits: number): void {
    this.kill();
    const log = `${this.path}-wal`;
    if (!existsSync(log)) return;
    this.#synced = withoutLastCommits(readFileSync(log), lostCommits, this.#synced);
    writeFileSync(log, this.#synced);
  }
}
