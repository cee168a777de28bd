import type { Storage } from '../ports/storage.ts';
import { CrashCountdown, CrashingStorage, type CrashPoint } from './crashing-storage.ts';
import { FailingStorage, type StorageState, WriteFailure } from './failing-storage.ts';

/** What may happen to the store of a phone, over all lives. */
export class StoreTroubles {
  /** How it stands. */
  state: StorageState = 'good';
  readonly #crash = new CrashCountdown();
  readonly #failure: WriteFailure;

  /** `failed` is told when a write has failed that was to fail once. */
  constructor(failed: () => void) {
    this.#failure = new WriteFailure(failed);
  }

  /** The app dies in a commit to come; null: in none. */
  crashAt(point: CrashPoint): void {
    this.#crash.set(point);
  }

  /** The next write fails, once. */
  failWrite(): void {
    this.#failure.isDue = true;
  }

  /** What has not happened yet does not any more. */
  disarm(): void {
    this.#crash.set(null);
    this.#failure.isDue = false;
  }

  /** The store of a life, with what may happen to it. A commit that fails is none that the app could die in. */
  over(storage: Storage, die: () => void): Storage {
    const crash = { strikes: () => this.#crash.strikes(), die };
    return new FailingStorage(new CrashingStorage(storage, crash), () => this.state, this.#failure);
  }
}
