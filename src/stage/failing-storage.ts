import type { Rows } from '../core/sync/rows.ts';
import { type Awaitable, type Storage, StorageError, type Work } from '../ports/storage.ts';

/** How a phone's storage stands: whether it takes writes, has no room left, or is held by somebody else. */
export type StorageState = 'good' | 'full' | 'busy';

/**
 * A store that takes no writes while its phone is full or busy. Reads go on. On a full one the work is done and the real
 * store has to take it back, as when room runs out in the middle of a commit; on a busy one it does not begin.
 */
export class FailingStorage implements Storage {
  readonly #store: Storage;
  readonly #state: () => StorageState;

  /** `state` is asked at every transaction. */
  constructor(store: Storage, state: () => StorageState) {
    this.#store = store;
    this.#state = state;
  }

  transact<T>(work: (rows: Rows) => Work<T>): Awaitable<T> {
    const state = this.#state();
    if (state === 'busy') {
      throw new StorageError('busy', 'another process holds the file', 'retry when that process is done');
    }
    if (state === 'good') return this.#store.transact(work);
    return this.#store.transact((rows) => {
      const done = work(rows);
      if (done.commit.length === 0) return done;
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
