import type { Durability } from './raw/sqlite.ts';

/**
 * Names of what is compared. `raw` is the yardstick; the others are given as a ratio to it. WatermelonDB is there twice:
 * as its Node adapter is shipped (rollback journal, FULL), and with SQLite set as in the other arms.
 */
export const armNames = ['raw', 'ours', 'pouchdb', 'watermelondb', 'watermelondb-wal'] as const;
export type ArmName = (typeof armNames)[number];

/** Makes `writes` durable local writes of one record each, over `backlog` records that wait for the server already. */
export interface LocalWriteJob {
  /** An empty folder, or one that `prepare` filled. */
  readonly folder: string;
  readonly durability: Durability;
  readonly backlog: number;
  readonly writes: number;
  /** Writes into a file of their own before the measured ones, so that compiled code is compared; 0 for none. */
  readonly warmUp: number;
}

/** Work against a server that this repetition has to itself (drain, converge) or only reads from (pull). */
export interface SyncJob {
  /** An empty folder. */
  readonly folder: string;
  readonly url: string;
  /** Records: 1 or more. */
  readonly count: number;
  /** Records of the small drain before the measured one, so that compiled code is compared; 0 for none. */
  readonly warmUp: number;
}

/** What one repetition took. */
export interface Sample {
  readonly ms: number;
  /** Requests made in the measured time. */
  readonly requests?: number;
  /** JSON bytes of the bodies, before any compression. */
  readonly sentBytes?: number;
  readonly receivedBytes?: number;
  readonly lostEdits?: number;
  /** Highest resident memory of the client's process when the measured work ended, before its result is checked. */
  readonly peakBytes?: number;
}

/** One thing that is measured, run inside a client process of its own. Every method checks what it did and throws. */
export interface Arm {
  /** Fills a folder with `backlog` pending records, so that repetitions can start from copies of it. */
  prepare(job: LocalWriteJob): Promise<void>;
  /** Null when the arm can't give that durability at all. */
  localWrite(job: LocalWriteJob): Promise<Sample | null>;
  drain(job: SyncJob): Promise<Sample>;
  firstPull(job: SyncJob): Promise<Sample>;
  converge(job: SyncJob): Promise<Sample>;
}

/** What a server process is started with. */
export interface ServeJob {
  readonly folder: string;
  /** Rows of the work series that the server must hold before it says it is ready. */
  readonly seedRows: number;
}

/** Starts the arm's server in this process. Gives its base URL. */
export type Serve = (job: ServeJob) => Promise<string>;
