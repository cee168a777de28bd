import type { Awaitable } from '../ports/storage.ts';
import type { DataCopy } from './data-copy.ts';
import type { PhoneDisk } from './phone-world.ts';
import { whenReady } from './when-ready.ts';

/** One user on a phone: data of their own, and the copy that is kept of them. */
interface Account {
  readonly user: string;
  readonly disk: PhoneDisk;
  backup: DataCopy | null;
}

/** The users of one phone. Each has data of their own; one is signed in. */
export class Accounts {
  readonly #known = new Map<string, Account>();
  readonly #newDisk: (user: string) => Awaitable<PhoneDisk>;
  #current: Account;

  /** `newDisk` makes the data of a user who is new on the phone. */
  constructor(
    first: { readonly user: string; readonly disk: PhoneDisk },
    newDisk: (user: string) => Awaitable<PhoneDisk>,
  ) {
    this.#newDisk = newDisk;
    this.#current = this.#add(first.user, first.disk);
  }

  /** Who is signed in. */
  get user(): string {
    return this.#current.user;
  }

  /** The data of who is signed in. */
  get disk(): PhoneDisk {
    return this.#current.disk;
  }

  /** The copy that is kept of these data, or null. */
  get backup(): DataCopy | null {
    return this.#current.backup;
  }

  /** Keeps a copy of the data of who is signed in. */
  keep(copy: DataCopy): void {
    this.#current.backup = copy;
  }

  /** Signs this user in, for the first time or again. No life may run. */
  enter(user: string): Awaitable<void> {
    const known = this.#known.get(user);
    if (known !== undefined) {
      this.#current = known;
      return;
    }
    return whenReady(this.#newDisk(user), (disk) => {
      this.#current = this.#add(user, disk);
    });
  }

  #add(user: string, disk: PhoneDisk): Account {
    const account: Account = { user, disk, backup: null };
    this.#known.set(user, account);
    return account;
  }
}
