import { openSqliteStorage, type SqliteStorage } from '../adapters/node/storage-sqlite.ts';
import type { Rows } from '../core/sync/rows.ts';
import { assert, present } from '../lib/assert.ts';
import type { Storage, Work } from '../ports/storage.ts';
import type { DataCopy } from '../stage/data-copy.ts';
import type { PhoneDisk } from '../stage/phone-world.ts';

/**
 * As `Disk`, with the store that phones have: SQLite, its database in memory. Each life opens a copy of what the one before
 * left.
 */
export class SqliteDisk implements PhoneDisk {
  readonly #keptMax: number;
  /** Databases before the latest commits, oldest first. */
  #earlier: Buffer[] = [];
  #store: SqliteStorage | null = null;
  #image: Buffer | null = null;

  /** `keptMax`: how many commits a power cut may take at most, 0 or more. */
  constructor(keptMax = 0) {
    this.#keptMax = keptMax;
  }

  /** Opens the store for a life. The life before must have ended. */
  open(): Storage {
    assert(this.#store === null, 'one life opens the disk at a time');
    const image = this.#image;
    // Nothing of it reaches a disk: what a flush would cost is left out.
    const store = openSqliteStorage({
      path: ':memory:',
      synchronous: 'NORMAL',
      ...(image === null ? {} : { image }),
    });
    this.#store = store;
    if (this.#keptMax === 0) return store;
    return {
      transact: (work) => this.#remembering(store, work),
      read: (work) => store.read(work),
      foreignChanges: () => store.foreignChanges(),
      close: () => store.close(),
    };
  }

  /** The process ends without a word: every commit survives, and the life's store answers no more. */
  kill(): void {
    if (this.#store === null) return;
    this.#image = this.#store.image();
    this.#store.close();
    this.#store = null;
  }

  /** The power goes: like a kill, and the last `lostCommits` (at most what is kept) vanish as well. */
  cutPower(lostCommits: number): void {
    this.kill();
    const kept = this.#earlier.length - Math.min(lostCommits, this.#earlier.length);
    this.#image = this.#earlier[kept] ?? this.#image;
    // What the phone boots with is what the disk holds: nothing of it is unsynced.
    this.#earlier = [];
  }

  /** The data as they are now. */
  copy(): DataCopy {
    const image = present(this.#store?.image() ?? this.#image, 'the disk was opened');
    return { kind: 'files', files: new Map([['', image]]) };
  }

  /** Puts a copy in place of the data; nothing of it is unsynced. */
  load(copy: DataCopy): void {
    assert(this.#store === null, 'no life runs on the data that are replaced');
    assert(copy.kind === 'files', 'the copy was made of a database');
    this.#image = present(copy.files.get(''), 'a copy holds the database');
    this.#earlier = [];
  }

  /** Closes the store in good order: what it holds is synced. */
  shut(): void {
    this.kill();
    this.#earlier = [];
  }

  #remembering<T>(store: SqliteStorage, work: (rows: Rows) => Work<T>): T {
    const before = store.image();
    let wrote = false;
    const value = store.transact((rows) => {
      const done = work(rows);
      wrote = done.commit.length > 0;
      return done;
    });
    if (wrote) this.#earlier.push(before);
    if (this.#earlier.length > this.#keptMax) this.#earlier.shift();
    return value;
  }
}
