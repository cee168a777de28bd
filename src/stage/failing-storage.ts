import type { Rows } from '../core/sync/rows.ts';
import { type Awaitable, type Storage, StorageError, type Work } from '../ports/storage.ts';

/** How a phone's storage stands: whether it takes writes, has no room left, or is held by somebody else. */
export type StorageState = 'good' | 'full' | 'busy';

/** The next write of a phone fails, once: its storage was full for a moment. */
export class WriteFailure {
  readonly #struck: () => void;
  isDue = false;

  /** `struck` is told when it has failed. */
  constructor(struck: () => void) {
    this.#struck = struck;
  }

  /** A write fails now; it was this one where it was due. */
  strike(): void {
    if (!this.isDue) return;
    this.isDue = false;
    this.#struck();
  }
}

/**
 * A store that takes no writes while its phone is full or busy. Reads go on. On a full one the work is done and the real
 * store has to take it back, as when room runs out in the middle of a commit; on a busy one it does not begin.
 */
export class FailingStorage implements Storage {
  readonly #store: Storage;
  readonly #state: () => StorageState;
  readonly #once: WriteFailure | null;

  /** `state` is asked at every transaction; `once` is a write to come that fails. */
  constructor(store: Storage, state: () => StorageState, once: WriteFailure | null = null) {
    this.#store = store;
    this.#state = state;
    this.#once = once;
  }

  transact<T>(work: (rows: Rows) => Work<T>): Awaitable<T> {
    const state = this.#state();
    if (state === 'busy') {
      throw new StorageError('busy', 'another process holds the file', 'retry when that process is done');
    }
    if (state === 'good' && this.#once?.isDue !== true) return this.#store.transact(work);
    return this.#store.transact((rows) => {
      const done = work(rows);
      if (done.commit.length === 0) return done;
      this.#once?.strike();
      throw new StorageError('full', 'there is no room left for the write', 'free space on the disk, then retry');
    });
  }

  read<T>(work: (rows: Rows) => T): Awaitable<T> {
    return this.#store.read(work);
  }

  foreignChanges(): number {
    return this.#store.foreignChanges();
  }

  close(): Awaitable<void> {
    return this.#store.close();
  }
}
