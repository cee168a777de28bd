import { openSqliteStorage } from '../adapters/node/storage-sqlite.ts';
import { MemoryStorage, type StorageImage } from '../adapters/portable/storage-memory.ts';
import type { Rows } from '../core/sync/rows.ts';
import { assert, present } from '../lib/assert.ts';
import type { Storage, Work } from '../ports/storage.ts';
import type { DataCopy } from '../stage/data-copy.ts';
import type { PhoneDisk } from '../stage/phone-world.ts';

/** A store that answers at once, and tells its whole content. */
interface Imaged<Image> {
  readonly store: { transact<T>(work: (rows: Rows) => Work<T>): T } & Pick<Storage, 'foreignChanges'> & {
      read<T>(work: (rows: Rows) => T): T;
      close(): void;
    };
  image(): Image;
}

/** What the flash memory of a phone is made of. */
interface Medium<Image> {
  open(image: Image | null): Imaged<Image>;
  copyOf(image: Image): DataCopy;
  /** The content of a copy made of this medium. */
  imageOf(copy: DataCopy): Image;
}

const inMemory: Medium<StorageImage> = {
  open: (image) => {
    const store = new MemoryStorage(image === null ? {} : { image });
    return { store, image: () => store.snapshot() };
  },
  copyOf: (image) => ({ kind: 'image', image }),
  imageOf: (copy) => {
    assert(copy.kind === 'image', 'the copy was made in memory');
    return copy.image;
  },
};

const inSqlite: Medium<Buffer> = {
  open: (image) => {
    // Nothing of it reaches a disk: what a flush would cost is left out.
    const given = image === null ? {} : { image };
    const store = openSqliteStorage({ path: ':memory:', synchronous: 'NORMAL', ...given });
    return { store, image: () => store.image() };
  },
  copyOf: (image) => ({ kind: 'files', files: new Map([['', image]]) }),
  imageOf: (copy) => {
    assert(copy.kind === 'files', 'the copy was made of a database');
    return present(copy.files.get(''), 'a copy holds the database');
  },
};

/** A disk on the memory store. `keptMax`: how many commits a power cut may take at most, 0 or more. */
export function memoryDisk(keptMax = 0): Disk<StorageImage> {
  return new Disk(inMemory, keptMax);
}

/** A disk with the store that phones have: SQLite, its database in memory. `keptMax` as for {@link memoryDisk}. */
export function sqliteDisk(keptMax = 0): Disk<Buffer> {
  return new Disk(inSqlite, keptMax);
}

/**
 * The flash memory of one simulated phone. Each life opens it anew and gets a store of its own, so that code of a dead
 * life can't write to it any more. It keeps the last images, for a power cut that takes unsynced commits with it.
 */
class Disk<Image> implements PhoneDisk {
  readonly #medium: Medium<Image>;
  readonly #keptMax: number;
  /** Images before the latest commits, oldest first. */
  #earlier: Image[] = [];
  #life: Imaged<Image> | null = null;
  #image: Image | null = null;

  constructor(medium: Medium<Image>, keptMax: number) {
    this.#medium = medium;
    this.#keptMax = keptMax;
  }

  /** Opens the store for a life. The life before must have ended. */
  open(): Storage {
    assert(this.#life === null, 'one life opens the disk at a time');
    const life = this.#medium.open(this.#image);
    this.#life = life;
    const { store } = life;
    if (this.#keptMax === 0) return store;
    return {
      transact: (work) => this.#remembering(life, work),
      read: (work) => store.read(work),
      foreignChanges: () => store.foreignChanges(),
      close: () => store.close(),
    };
  }

  /** The process ends without a word: every commit survives, and the life's store answers no more. */
  kill(): void {
    if (this.#life === null) return;
    this.#image = this.#life.image();
    this.#life.store.close();
    this.#life = null;
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
    return this.#medium.copyOf(present(this.#life?.image() ?? this.#image, 'the disk was opened'));
  }

  /** Puts a copy in place of the data; nothing of it is unsynced. */
  load(copy: DataCopy): void {
    assert(this.#life === null, 'no life runs on the data that are replaced');
    this.#image = this.#medium.imageOf(copy);
    this.#earlier = [];
  }

  /** Closes the store in good order: what it holds is synced. */
  shut(): void {
    this.kill();
    this.#earlier = [];
  }

  #remembering<T>({ store, image }: Imaged<Image>, work: (rows: Rows) => Work<T>): T {
    const before = image();
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
