import type { UserId } from '../../core/ids.ts';

/** Tells of writes, from whichever server process they come. Hints only: one may come without news, and one may be missing. */
export interface Changes {
  /** Calls the listener after commits that change what the user would pull. Returns what ends that. */
  onChanged(user: UserId, listener: () => void): () => void;
}

/** Changes as this process knows them. */
export class LocalChanges implements Changes {
  readonly #listeners = new Map<UserId, Set<() => void>>();

  onChanged(user: UserId, listener: () => void): () => void {
    const own = this.#listeners.get(user) ?? new Set();
    this.#listeners.set(user, own.add(listener));
    return () => {
      own.delete(listener);
      if (own.size === 0 && this.#listeners.get(user) === own) this.#listeners.delete(user);
    };
  }

  /** Tells those who listen for a user. */
  tell(user: UserId): void {
    for (const listener of [...(this.#listeners.get(user) ?? [])]) listener();
  }

  /** Tells everyone: the catalogue changed, or it is unknown what was missed. */
  tellAll(): void {
    for (const user of [...this.#listeners.keys()]) this.tell(user);
  }
}
