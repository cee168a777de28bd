import type { Epoch, UserId } from '../../core/ids.ts';
import { compareText } from '../../lib/order.ts';
import type { AsyncStore, CatalogueEdit, State, Task, UserList, Worked } from './async-store.ts';
import { LocalChanges } from './changes.ts';
import type { StateCopy } from './state-copy.ts';
import type { CatalogueView, Purged, ServerStore, UserView } from './store.ts';

/** A store that answers at once, behind the contract of those that can't. Work runs once, within the call. */
export class SyncStore implements AsyncStore {
  readonly changes = new LocalChanges();
  readonly #store: ServerStore;
  /** Up to which number each user was counted; a new process counts everyone once. */
  readonly #counted = new Map<UserId, number>();

  constructor(store: ServerStore) {
    this.#store = store;
  }

  async transact<T>({ user, access }: Task, work: (state: State) => Worked<T>): Promise<T> {
    const store = this.#store;
    const run = (): Worked<T> => {
      const view = store.user(user);
      const worked = work({ epoch: store.epoch(), view });
      if (access !== 'read') this.#apply({ user, view }, worked);
      return worked;
    };
    const worked = access === 'read' ? store.read(run) : store.write(run);
    if (worked.catalogue !== undefined) this.changes.tellAll();
    else if (worked.writes.some(({ kind }) => kind === 'user' || kind === 'erase')) this.changes.tell(user);
    return worked.value;
  }

  async editCatalogue(edit: CatalogueEdit): Promise<void> {
    this.#store.write(() => applyEdit(this.#store.catalogue, edit));
    this.changes.tellAll();
  }

  async epoch(): Promise<Epoch> {
    return this.#store.read(() => this.#store.epoch());
  }

  async setEpoch(epoch: Epoch): Promise<void> {
    this.#store.write(() => this.#store.setEpoch(epoch));
    this.changes.tellAll();
  }

  async users(list: UserList): Promise<readonly UserId[]> {
    return part(
      this.#store.read(() => this.#store.users()),
      list,
    );
  }

  async uncounted(list: UserList): Promise<readonly UserId[]> {
    const store = this.#store;
    const found = store.read(() =>
      store.users().filter((user) => this.#counted.get(user) !== store.user(user).user().counter),
    );
    return part(found, list);
  }

  async purge(before: Parameters<ServerStore['purge']>[0]): Promise<Purged> {
    return this.#store.write(() => this.#store.purge(before));
  }

  async copyOut(): Promise<StateCopy> {
    return this.#store.copyOut();
  }

  async copyIn(copy: unknown): Promise<void> {
    this.#store.copyIn(copy);
    this.#counted.clear();
    this.changes.tellAll();
  }

  async ping(): Promise<void> {
    this.#store.read(() => this.#store.epoch());
  }

  async close(): Promise<void> {
    this.#store.close();
  }

  #apply({ user, view }: { readonly user: UserId; readonly view: UserView }, worked: Worked<unknown>): void {
    if (worked.writes.length > 0) view.apply(worked.writes);
    if (worked.catalogue !== undefined) applyEdit(this.#store.catalogue, worked.catalogue);
    if (worked.counted) this.#counted.set(user, view.user().counter);
  }
}

/** Makes a change of the catalogue. Runs inside a transaction that may write. */
export function applyEdit(catalogue: CatalogueView, edit: CatalogueEdit): void {
  for (const { rows, state } of edit.work(catalogue)) catalogue.put(rows, state);
}

function part(users: readonly UserId[], { after, limit }: UserList): readonly UserId[] {
  return users
    .filter((user) => after === null || compareText(user, after) > 0)
    .sort(compareText)
    .slice(0, limit);
}
