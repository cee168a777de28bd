import { MemoryStorage, type StorageImage } from '../adapters/portable/storage-memory.ts';
import type { Rows } from '../core/sync/rows.ts';
import { assert, present } from '../lib/assert.ts';
import type { Storage, Work } from '../ports/storage.ts';
import type { DataCopy } from '../stage/data-copy.ts';
import type { PhoneDisk } from '../stage/phone-world.ts';

/**
 * The flash memory of one simulated phone. Each life opens it anew and gets a store of its own, so that code of a dead
 * life can't write to it any more. It keeps the last images, for a power cut that takes unsynced commits with it.
 */
export class Disk implements PhoneDisk {
  readonly #keptMax: number;
  /** Images before the latest commits, oldest first. */
  #earlier: StorageImage[] = [];
  #store: MemoryStorage | null = null;
  #image: StorageImage | null = null;

  /** `keptMax`: how many commits a power cut may take at most, 0 or more. */
  constructor(keptMax = 0) {
    this.#keptMax = keptMax;
  }

  /** Opens the store for a life. The life before must have ended. */
  open(): Storage {
    assert(this.#store === null, 'one life opens the disk at a time');
    const store = new MemoryStorage(this.#image === null ? {} : { image: this.#image });
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
    this.#image = this.#store.snapshot();
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
    return { kind: 'image', image: present(this.#store?.snapshot() ?? this.#image, 'the disk was opened') };
  }

  /** Puts a copy in place of the data; nothing of it is unsynced. */
  load(copy: DataCopy): void {
    assert(this.#store === null, 'no life runs on the data that are replaced');
    assert(copy.kind === 'image', 'the copy was made in memory');
    this.#image = copy.image;
    this.#earlier = [];
  }

  /** Closes the store in good order: what it holds is synced. */
  shut(): void {
    this.kill();
    this.#earlier = [];
  }

  #remembering<T>(store: MemoryStorage, work: (rows: Rows) => Work<T>): T {
    const before = store.snapshot();
    const value = store.transact((rows) => {
      const done = work(rows);
      if (done.commit.length > 0) this.#earlier.push(before);
      return done;
    });
    if (this.#earlier.length > this.#keptMax) this.#earlier.shift();
    return value;
  }
}
