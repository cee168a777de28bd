import { makeServeAsync, type ServeAsync } from '../server/serve-async.ts';
import { PostgresStore } from '../server/store/postgres.ts';
import type { HeldState } from '../server/store/postgres-state.ts';
import type { StateCopy } from '../server/store/state-copy.ts';
import { drawEpoch } from '../server/upkeep.ts';
import { AsyncDesk } from '../stage/async-desk.ts';
import { replicaCalls, type SiteBooks, type SiteSetup } from './site-books.ts';

/** Connections of one hosted server: many of them share one PostgreSQL. */
const connections = 4;

/** Books of a hosted server on PostgreSQL, of which there may be several on one database. */
export class PostgresBooks implements SiteBooks {
  readonly store: PostgresStore;
  readonly desk: AsyncDesk;
  readonly #setup: SiteSetup;
  #schemaVersionMin = 0;
  #newest: ServeAsync;
  #replica: ServeAsync | null = null;
  #held: HeldState | null = null;
  #backup: StateCopy | null = null;

  private constructor(store: PostgresStore, setup: SiteSetup) {
    const { registry, random, nowMs } = setup;
    this.store = store;
    this.#setup = setup;
    this.#newest = this.#serveOf(store);
    this.desk = new AsyncDesk({ store, serve: (call, atMs) => this.#newest(call, atMs), registry, random, nowMs });
  }

  /** Opens the database at an address. Rejects with StoreError. */
  static async open(url: string, setup: SiteSetup): Promise<PostgresBooks> {
    const store = await PostgresStore.open({ url, connections, epoch: drawEpoch(setup.random) });
    // The story's time passes many times as fast as the machine's: no request of it shall wait for a connection.
    await Promise.all(Array.from({ length: connections }, () => store.ping()));
    return new PostgresBooks(store, setup);
  }

  readonly serve: ServeAsync = (call, nowMs) => {
    const replica = replicaCalls.has(call.name) ? this.#replica : null;
    return (replica ?? this.#newest)(call, nowMs);
  };

  requireSchema(schemaVersionMin: number): void {
    this.#schemaVersionMin = schemaVersionMin;
    this.#newest = this.#serveOf(this.store);
  }

  async forgetResults(): Promise<void> {
    await this.store.forgetResults();
  }

  async lag(state: string | null): Promise<string> {
    await this.catchUp();
    if (state === null) this.#held = await this.store.hold();
    const name = state ?? this.#held?.name ?? '';
    this.#replica = this.#serveOf(this.store.at(name));
    return name;
  }

  async catchUp(): Promise<void> {
    const held = this.#held;
    this.#replica = null;
    this.#held = null;
    await held?.end();
  }

  async backup(): Promise<void> {
    this.#backup = await this.store.copyOut();
  }

  async restore(): Promise<boolean> {
    if (this.#backup === null) return false;
    await this.store.copyIn(this.#backup);
    await this.desk.raiseEpoch();
    return true;
  }

  async close(): Promise<void> {
    await this.catchUp();
    await this.store.close();
  }

  #serveOf(store: PostgresStore): ServeAsync {
    const { registry, limits } = this.#setup;
    return makeServeAsync({ store, registry, limits, schemaVersionMin: this.#schemaVersionMin });
  }
}
