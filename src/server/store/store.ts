import type { EntityKey, Epoch, UserId } from '../../core/ids.ts';
import type { Reads } from '../decide/reads.ts';
import type { Scans } from '../decide/scans.ts';
import type { CatalogueRow, StoredVerdict, UserState, Write } from '../decide/stored.ts';
import type { StateCopy } from './state-copy.ts';

/** What one user's data looks like within one transaction. Values read are those of the transaction, writes included. */
export interface UserReads extends Reads, Scans {
  /** All verdicts, in order of their ids. For tests and simulated worlds, never for a request. */
  verdicts(): readonly StoredVerdict[];
  /** How many lines of the history each change or resolution left, in order of their ids. */
  effects(): ReadonlyMap<string, number>;
}

/** One user's data within one transaction that may write. */
export interface UserView extends UserReads {
  /** Makes writes in the order given. */
  apply(writes: readonly Write[]): void;
}

/** What the shared catalogue looks like within one transaction. */
export interface CatalogueReads {
  /** The newest number and the server time it was given at. */
  state(): UserState;
  row(key: EntityKey): CatalogueRow | undefined;
}

/** The shared catalogue within one transaction that may write. */
export interface CatalogueView extends CatalogueReads {
  /** Writes rows at one number above the newest. A null `dataJson` deletes. */
  put(rows: readonly CatalogueRow[], state: UserState): void;
}

/** Before which server times something is forgotten, ms. */
export interface PurgeBefore {
  readonly tombstonesBeforeMs: number;
  readonly devicesBeforeMs: number;
  /** Absent: the history is kept. */
  readonly historyBeforeMs?: number;
  /** At most so many lines of the history are looked at, from where the last look ended. Absent: all. */
  readonly historyLines?: number;
}

/** What a purge took away. */
export interface Purged {
  readonly history: number;
  readonly tombstones: number;
  readonly devices: number;
  readonly results: number;
}

/**
 * Where a server keeps its data. Contract: a transaction is all or nothing and runs alone; when `write` returns, its effect is
 * as durable as the store was opened to be; when the work throws, nothing of it is left. Views may only be used inside
 * the transaction. Users see nothing of each other: every read and write of a view carries its user.
 */
export interface ServerStore {
  /** Runs the work in a transaction that may write. Transactions don't nest. */
  write<T>(work: () => T): T;
  /** Runs the work in one consistent state, without writing. */
  read<T>(work: () => T): T;
  user(user: UserId): UserView;
  readonly catalogue: CatalogueView;
  /** The lineage of all versions. */
  epoch(): Epoch;
  /** Starts another lineage over the data as it is. */
  setEpoch(epoch: Epoch): void;
  /** All users that ever wrote or registered, in order; erased ones left out. */
  users(): readonly UserId[];
  /**
   * Forgets tombstones written before `tombstonesBeforeMs` and remembers the highest version so lost per user and type; forgets
   * devices not seen since `devicesBeforeMs`, with their results; and lines of the history written before `historyBeforeMs`, the
   * newest of each row excepted. Runs inside `write`.
   */
  purge(before: PurgeBefore): Purged;
  /** A number that rises with every write of this store. */
  revision(): number;
  /** Everything it holds, as of one moment. */
  copyOut(): StateCopy;
  /** Puts a copy in the place of everything it holds, the epoch included. Throws StoreError when it does not fit, with nothing written. */
  copyIn(copy: unknown): void;
  /** Gives back files. No call may follow. */
  close(): void;
}
