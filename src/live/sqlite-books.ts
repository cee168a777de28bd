import { writeFileSync } from 'node:fs';
import { makeServeAsync, type ServeAsync } from '../server/serve-async.ts';
import { SqliteStore } from '../server/store/sqlite.ts';
import { SyncStore } from '../server/store/sync-store.ts';
import { drawEpoch } from '../server/upkeep.ts';
import { AsyncDesk } from '../stage/async-desk.ts';
import { replicaCalls, type SiteBooks, type SiteSetup } from './site-books.ts';

/** Where a copy of the data can be opened: a file, or its bytes. */
type Place = string | Buffer;

interface Open {
  readonly sqlite: SqliteStore;
  readonly store: SyncStore;
  readonly serve: ServeAsync;
}

/** Books of a hosted server on SQLite. */
export class SqliteBooks implements SiteBooks {
  readonly #path: string;
  readonly #setup: SiteSetup;
  #schemaVersionMin = 0;
  #open: Open;
  #desk: AsyncDesk;
  #replica: Open | null = null;
  #backup: Buffer | null = null;
  #copies = 0;

  /** `path`: a file, or `:memory:`. */
  constructor(path: string, setup: SiteSetup) {
    this.#path = path;
    this.#setup = setup;
    this.#open = this.#opened(path);
    this.#desk = this.#deskOf(this.#open);
  }

  get store(): SyncStore {
    return this.#open.store;
  }

  get desk(): AsyncDesk {
    return this.#desk;
  }

  readonly serve: ServeAsync = (call, nowMs) => {
    const replica = replicaCalls.has(call.name) ? this.#replica : null;
    return (replica ?? this.#open).serve(call, nowMs);
  };

  requireSchema(schemaVersionMin: number): void {
    this.#schemaVersionMin = schemaVersionMin;
    this.#open = { ...this.#open, serve: this.#serveOf(this.#open.store) };
  }

  async forgetResults(): Promise<void> {
    this.#open.sqlite.forgetResults();
  }

  async lag(): Promise<null> {
    await this.catchUp();
    this.#replica = this.#opened(this.#copied(this.#open.sqlite.snapshot(), 'replica'));
    return null;
  }

  async catchUp(): Promise<void> {
    const replica = this.#replica;
    this.#replica = null;
    await replica?.store.close();
  }

  async backup(): Promise<void> {
    this.#backup = this.#open.sqlite.snapshot();
  }

  async restore(): Promise<boolean> {
    if (this.#backup === null) return false;
    await this.close();
    this.#open = this.#opened(this.#copied(this.#backup, 'restored'));
    this.#desk = this.#deskOf(this.#open);
    await this.#desk.raiseEpoch();
    return true;
  }

  async close(): Promise<void> {
    await this.catchUp();
    await this.#open.store.close();
  }

  #opened(path: Place): Open {
    const sqlite = new SqliteStore({ path, epoch: drawEpoch(this.#setup.random) });
    const store = new SyncStore(sqlite);
    return { sqlite, store, serve: this.#serveOf(store) };
  }

  #serveOf(store: SyncStore): ServeAsync {
    const { registry, limits } = this.#setup;
    return makeServeAsync({ store, registry, limits, schemaVersionMin: this.#schemaVersionMin });
  }

  #deskOf({ store }: Open): AsyncDesk {
    const { registry, random, nowMs } = this.#setup;
    return new AsyncDesk({ store, serve: (call, atMs) => this.#open.serve(call, atMs), registry, random, nowMs });
  }

  /** Where a copy of the data can be opened: in a file of its own where the server has files. */
  #copied(bytes: Buffer, name: string): Place {
    if (this.#path === ':memory:') return bytes;
    this.#copies += 1;
    const file = `${this.#path}.${name}-${this.#copies}`;
    writeFileSync(file, bytes);
    return file;
  }
}
