import type { EntityKey, Epoch, UserId } from '../../core/ids.ts';
import type { Needs } from '../decide/needs.ts';
import type { CatalogueRow, UserState, Write } from '../decide/stored.ts';
import type { Changes } from './changes.ts';
import type { StateCopy } from './state-copy.ts';
import type { CatalogueReads, PurgeBefore, Purged, UserReads } from './store.ts';

/**
 * How a piece of work meets others of its user. `read`: it writes nothing. `note`: it reads one state and may write only
 * the device it came from, so that it waits for no writer. `write`: it is alone among the user's `write`s.
 */
export type Access = 'read' | 'note' | 'write';

/** Whose data a piece of work is about. */
export interface Task {
  readonly user: UserId;
  readonly access: Access;
  /** What it will look up, as far as known: stores that are far away fetch it together beforehand. */
  readonly needs?: () => Needs;
}

/** One consistent state, as a piece of work sees it. */
export interface State {
  readonly epoch: Epoch;
  readonly view: UserReads;
}

/** What a piece of work came to. */
export interface Worked<T> {
  readonly value: T;
  /** What it writes to the user's data. */
  readonly writes: readonly Write[];
  /** What it writes to the catalogue, in the same transaction. */
  readonly catalogue?: CatalogueEdit;
  /** Notes that what the user did up to here is inside the sums of the catalogue (see `uncounted`). */
  readonly counted?: true;
}

/** Rows of the catalogue that share one number, and the state after it. */
export interface CataloguePut {
  readonly rows: readonly CatalogueRow[];
  readonly state: UserState;
}

/** A change of the catalogue: the rows it looks up, and what it writes given these and the newest number. Pure and repeatable. */
export interface CatalogueEdit {
  readonly keys: readonly EntityKey[];
  readonly work: (catalogue: CatalogueReads) => readonly CataloguePut[];
}

/** A part of a list of users: those that come after one, in order. */
export interface UserList {
  readonly after: UserId | null;
  readonly limit: number;
}

/**
 * Where a server keeps its data, as the server's calls and jobs use it. Contract: a piece of work is one transaction, all
 * or nothing; when its promise resolves, its effect is as durable as the store was opened to be; when the work throws, nothing
 * of it is left. Work is pure: it may be run several times on growing knowledge, and only its last run counts. When a promise
 * rejects with `StoreUnavailable` the effect may or may not have come about; the same request sent again finds out by
 * its stored verdicts.
 */
export interface AsyncStore {
  /** Runs work on one user's data in one transaction. */
  transact<T>(task: Task, work: (state: State) => Worked<T>): Promise<T>;
  /** Changes the shared catalogue in one transaction, alone among those that do. */
  editCatalogue(edit: CatalogueEdit): Promise<void>;
  /** The lineage of all versions. */
  epoch(): Promise<Epoch>;
  /** Starts another lineage over the data as it is. */
  setEpoch(epoch: Epoch): Promise<void>;
  /** Users that ever wrote or registered; erased ones left out. */
  users(list: UserList): Promise<readonly UserId[]>;
  /** Users written to since they were last noted as counted. */
  uncounted(list: UserList): Promise<readonly UserId[]>;
  /** As `ServerStore.purge`; each user by itself. */
  purge(before: PurgeBefore): Promise<Purged>;
  /** Everything it holds, as of one moment: for tests and backups of small stores, as it is read into memory. */
  copyOut(): Promise<StateCopy>;
  /**
   * Puts a copy in the place of everything it holds, the epoch included, in one transaction. Rejects with StoreError when it
   * does not fit; then nothing was written.
   */
  copyIn(copy: unknown): Promise<void>;
  /** Who is told of writes. */
  readonly changes: Changes;
  /** Rejects when the store can't be reached. */
  ping(): Promise<void>;
  /** Gives back files and connections. No call may follow. */
  close(): Promise<void>;
}

/** The store could not be reached, or could not do it now. Safe to ask again. `reason` names no secret. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
