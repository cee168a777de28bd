import type { UserId } from '../../src/core/ids.ts';
import type { Write } from '../../src/server/decide/stored.ts';
import type { AsyncStore } from '../../src/server/store/async-store.ts';
import type { UserReads } from '../../src/server/store/store.ts';

/** The store under test, opened anew for every test. */
export interface Bench {
  store: AsyncStore;
  /** Writes to a user's data in one transaction. */
  apply(user: UserId, writes: readonly Write[]): Promise<void>;
  /** What a look at a user's data gives. */
  see<T>(user: UserId, look: (view: UserReads) => T): Promise<T>;
}
