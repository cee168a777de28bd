import type { EntityKey } from '../core/ids.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Edit } from '../engine/device.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Awaitable } from '../ports/storage.ts';

/** A row of one user as the server holds it now; of a catalogue type, both parts joined. */
export interface StageRow extends EntityKey {
  readonly version: number;
  readonly data: JsonObject;
}

/** One version in the server's history of a row. */
export interface StageVersion {
  readonly version: number;
  readonly deleted: boolean;
  /** The whole row after it; null when it was deleted. */
  readonly data: JsonObject | null;
  /** The change or decision that made it. */
  readonly changeId: string;
  /** Values that did not survive here; null when there are none. */
  readonly lost: JsonObject | null;
}

/** How many verdicts the server has stored for a user. Repeats of an id count once. */
export interface VerdictCounts {
  readonly applied: number;
  readonly conflict: number;
  readonly rejected: number;
}

/** What the server says to a write made in the story beside the devices. */
export type ServerWriteOutcome =
  | { readonly ok: true; readonly changeId: string }
  | { readonly ok: false; readonly reason: string };

/**
 * The server of a world. Reads see all commits up to this instant and are made beside the network: no fault and no
 * partition touches them. A method whose ability the stage lacks is never called.
 */
export interface StageServer {
  /** The live row, or null when it is missing or deleted (`read-server`). */
  row(user: string, key: EntityKey): Awaitable<StageRow | null>;
  /** All live rows of one type, ordered by id (`read-server`). */
  rows(user: string, entityType: string): Awaitable<readonly StageRow[]>;
  /**
   * How often each change took effect: history rows of the user's data whose `origin.changeId` is the id. An id
   * without any is absent from the answer (`read-server`).
   */
  effects(user: string, changeIds: readonly string[]): Awaitable<ReadonlyMap<string, number>>;
  /** The versions of a row of the user, oldest first; of a row never heard of, none (`read-server`). */
  history(user: string, key: EntityKey): Awaitable<readonly StageVersion[]>;
  /** Verdicts stored for the user's changes and resolutions (`read-server`). */
  verdicts(user: string): Awaitable<VerdictCounts>;
  /** Digest per entity type over the user's live rows, as the protocol's `digest` gives it (`read-server`). */
  digest(user: string): Awaitable<Readonly<Record<string, { readonly count: number; readonly hash: string }>>>;
  /** How many requests of each call reached the server, from any device. */
  requests(): Readonly<Record<CallName, number>>;
  /** Writes as one more device of the user, with the newest base, at server time (`write-server`). */
  write(user: string, edit: Edit): Awaitable<ServerWriteOutcome>;
  /** Stops answering: connections are refused (`stop-server`). */
  stop(): Awaitable<void>;
  /** Answers again `delayMs` (0 or more) from now, on the same store (`stop-server`). */
  start(delayMs: number): void;
  isRunning(): boolean;
  /** Sets the server's clock to true time plus `offsetMs` (`server-clock`). */
  setClock(offsetMs: number): Awaitable<void>;
  /** Purges all tombstones deleted more than `olderThanMs` (0 or more) ago (`purge`). */
  purge(olderThanMs: number): Awaitable<void>;
  /** Starts a new epoch over the data as it is (`raise-epoch`). */
  raiseEpoch(): Awaitable<void>;
  /** Answers 426 to devices with an older version of the data from now on (`require-schema`). */
  requireSchema(schemaVersionMin: number): Awaitable<void>;
  /** Loses all stored verdicts; rows and history stay (`forget-results`). */
  forgetResults(): Awaitable<void>;
  /**
   * While it lags, pulls, digests and histories of devices are answered from the data as they are now, as by a replica
   * whose copying has stopped; writes go to the server itself (`replica`).
   */
  setLagging(lagging: boolean): Awaitable<void>;
  /** Keeps a copy of all its data, in place of the one kept before (`restore-server`). */
  backup(): Awaitable<void>;
  /** Puts the copy in place of the data and starts a new epoch; false when there is no copy (`restore-server`). */
  restore(): Awaitable<boolean>;
  /**
   * Delivers a request that a device once sent to the server again, beside the network; nobody hears of the answer.
   * Worlds that have no way to do so are without it.
   */
  redeliver?(request: RecordedRequest): Awaitable<void>;
}

/** A request as it left a device. */
export interface RecordedRequest {
  /** Under whose account it was sent. */
  readonly user: string;
  readonly name: CallName;
  readonly body: JsonObject;
}
