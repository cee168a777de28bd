import type { Rows } from '../core/sync/rows.ts';
import { type Awaitable, type Storage, StorageError, type Work } from '../ports/storage.ts';

/** Where an app is to die: in the `commit`-th transaction that writes from now on, 1 or more. */
export interface CrashPoint {
  readonly commit: number;
  /** `before`: nothing of the transaction is kept. `after`: all of it is, and nobody has heard of it. */
  readonly moment: 'before' | 'after';
}

/** The app died inside this call of its store. To the dead engine the store looks closed. */
export class AppDied extends StorageError {
  constructor() {
    super('closed', 'The app died in this commit.', 'Start it again.');
  }
}

/** Counts the commits of an app down to the one it is to die in, over all its lives. */
export class CrashCountdown {
  #point: CrashPoint | null = null;

  /** The app dies at this point from now on, or nowhere. */
  set(point: CrashPoint | null): void {
    this.#point = point;
  }

  /** Counts one commit; how the app dies in it, or null. */
  strikes(): CrashPoint['moment'] | null {
    const point = this.#point;
    if (point === null) return null;
    this.#point = point.commit > 1 ? { ...point, commit: point.commit - 1 } : null;
    return this.#point === null ? point.moment : null;
  }
}

/** The store of one life whose process may die in the middle of a commit. */
export class CrashingStorage implements Storage {
  readonly #store: Storage;
  readonly #strikes: () => CrashPoint['moment'] | null;
  readonly #die: () => void;

  /** `strikes` is asked at every transaction that writes whether to die in it; `die` ends the process. */
  constructor(store: Storage, crash: { strikes(): CrashPoint['moment'] | null; die(): void }) {
    this.#store = store;
    this.#strikes = () => crash.strikes();
    this.#die = () => crash.die();
  }

  transact<T>(work: (rows: Rows) => Work<T>): Awaitable<T> {
    let moment: CrashPoint['moment'] | null = null;
    const counted = (rows: Rows): Work<T> => {
      const done = work(rows);
      moment = done.commit.length > 0 ? this.#strikes() : null;
      if (moment === 'before') throw new AppDied();
      return done;
    };
    const kept = (value: T): T => (moment === 'after' ? this.#end() : value);
    const lost = (error: unknown): never => {
      if (moment === 'before') this.#end();
      throw error;
    };
    let value: Awaitable<T>;
    try {
      value = this.#store.transact(counted);
    } catch (error) {
      return lost(error);
    }
    return value instanceof Promise ? value.then(kept, lost) : kept(value);
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

  #end(): never {
    this.#die();
    throw new AppDied();
  }
}
