import type { ServerCallName, ServeSync } from '../server/serve-sync.ts';
import type { SqliteStore } from '../server/store/sqlite.ts';
import type { ServerBooks } from './server-books.ts';

/** What a replica answers: what only reads. */
const reads: ReadonlySet<ServerCallName> = new Set(['pull', 'digest', 'history', 'devices']);

/** A copy of a server's data that stands still: it answers reads as long as it lags. */
export class Replica {
  readonly #open: (bytes: Buffer) => Pick<ServerBooks, 'store' | 'serve'>;
  #books: Pick<ServerBooks, 'store' | 'serve'> | null = null;

  /** `open`: opens books over the bytes of a store. */
  constructor(open: (bytes: Buffer) => Pick<ServerBooks, 'store' | 'serve'>) {
    this.#open = open;
  }

  /** Lags from now on behind the store, or no more. */
  set(lagging: boolean, store: SqliteStore): void {
    this.drop();
    if (lagging) this.#books = this.#open(store.snapshot());
  }

  /** Who answers a call: the replica where it lags and the call only reads, else the server. */
  serveOf(name: ServerCallName, server: ServeSync): ServeSync {
    return this.#books !== null && reads.has(name) ? this.#books.serve : server;
  }

  /** Frees its store. */
  drop(): void {
    this.#books?.store.close();
    this.#books = null;
  }
}
