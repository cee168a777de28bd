import type { Limits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import type { Random } from '../ports/random.ts';
import { makeServeSync, type ServeSync } from '../server/serve-sync.ts';
import { SqliteStore } from '../server/store/sqlite.ts';
import { drawEpoch } from '../server/upkeep.ts';
import { ServerDesk } from './server-desk.ts';

/** What the server of a stage works with from its opening to its end, or to a restore. */
export interface ServerBooks {
  readonly store: SqliteStore;
  readonly serve: ServeSync;
  readonly desk: ServerDesk;
  /** Refuses devices with an older version of the data than this from now on. */
  requireSchema(schemaVersionMin: number): void;
}

/** What books are opened with. */
export interface BooksSetup {
  readonly registry: Registry;
  readonly limits: Partial<Limits>;
  readonly random: Random;
  /** The server's wall clock, ms. */
  readonly nowMs: () => number;
}

/** Opens a server's store, a new one under a new epoch. `path`: a file, `:memory:`, or the bytes of a store in memory. */
export function openBooks(path: string | Buffer, { registry, limits, random, nowMs }: BooksSetup): ServerBooks {
  const store = new SqliteStore({ path, epoch: drawEpoch(random) });
  let decide = makeServeSync({ store, registry, limits });
  const serve: ServeSync = (call, atMs) => decide(call, atMs);
  const desk = new ServerDesk({ store, serve, registry, random, nowMs });
  const requireSchema = (schemaVersionMin: number): void => {
    decide = makeServeSync({ store, registry, limits, schemaVersionMin });
  };
  return { store, serve, desk, requireSchema };
}
