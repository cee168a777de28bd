import type { Limits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import type { Random } from '../ports/random.ts';
import type { ServeAsync } from '../server/serve-async.ts';
import type { AsyncStore } from '../server/store/async-store.ts';
import type { AsyncDesk } from '../stage/async-desk.ts';

/** What a hosted server works with: its store, what answers calls, and what a story does to it beside the network. */
export interface SiteBooks {
  readonly store: AsyncStore;
  /** Answers calls of devices, those that only read from a replica while it lags. */
  readonly serve: ServeAsync;
  readonly desk: AsyncDesk;
  /** Refuses devices with an older version of the data than this from now on. */
  requireSchema(schemaVersionMin: number): void;
  forgetResults(): Promise<void>;
  /**
   * Answers reads from the data of now until told otherwise. `state`: the name of those data where another server of the
   * same store has kept them. Gives their name, null where only this server has them.
   */
  lag(state: string | null): Promise<string | null>;
  /** Lags no more. */
  catchUp(): Promise<void>;
  /** Keeps a copy of all data. */
  backup(): Promise<void>;
  /** Goes on with the copy under another epoch; false when there is none. No call may be on its way. */
  restore(): Promise<boolean>;
  close(): Promise<void>;
}

/** What books are opened with. */
export interface SiteSetup {
  readonly registry: Registry;
  readonly limits: Partial<Limits>;
  readonly random: Random;
  /** The server's wall clock, ms. */
  readonly nowMs: () => number;
}

/** The calls that a replica answers. */
export const replicaCalls: ReadonlySet<string> = new Set(['pull', 'digest', 'history', 'devices']);
