import type { Choice, Conflict } from '../core/merge/conflict.ts';
import type { Item } from '../core/queue/item.ts';
import type { LocalDigest } from '../core/sync/digest.ts';
import type { Edit } from '../core/sync/event.ts';
import type { SyncOutcome, WriteOutcome } from '../core/sync/output.ts';
import type { Status, VisibleRow, Why } from '../core/sync/status.ts';
import type { AsideRow, LogEntry } from '../core/sync/tables.ts';
import type { Json } from '../lib/json.ts';
import type { Notice } from '../ports/observer.ts';
import type { Awaitable } from '../ports/storage.ts';

export type { LocalDigest } from '../core/sync/digest.ts';
export type { Edit } from '../core/sync/event.ts';
export type { SyncOutcome, WriteOutcome } from '../core/sync/output.ts';

/** Which rows a query wants. */
export interface Query {
  readonly entityType: string;
  /** Only rows whose fields equal these. */
  readonly where?: Readonly<Record<string, Json>>;
  readonly limit?: number;
}

/**
 * One device: what the app, the command line, the simulator and the load generator hold. Reads and local writes work
 * offline, without a lease, and on SQLite answer at once; both may be awaited. Requests to sync that are made at the
 * same time for the same thing share one run.
 */
export interface Device {
  /** Makes one edit durable and queued, or refuses it. */
  write(edit: Edit): Awaitable<WriteOutcome>;
  /** Makes several edits durable together; the server takes them together or not at all. */
  writeGroup(edits: readonly Edit[]): Awaitable<WriteOutcome>;
  get(entityType: string, entityId: string): Awaitable<VisibleRow | null>;
  query(query: Query): Awaitable<readonly VisibleRow[]>;

  /** Pull, push, pull, until nothing is left that can move now. */
  syncAll(): Promise<SyncOutcome>;
  /** The same for one entity type. */
  syncEntity(entityType: string): Promise<SyncOutcome>;
  /** Push only. */
  syncPendingChanges(): Promise<SyncOutcome>;
  /** Pull only, to the end. */
  pull(): Promise<SyncOutcome>;

  resolveConflict(changeId: string, choice: Choice): Awaitable<WriteOutcome>;
  /** Takes a change back: out of the queue when unsent, by an inverse change when sent. */
  undo(changeId: string): Awaitable<WriteOutcome>;
  /** Tries a parked or failed item again. */
  retry(changeId: string): Awaitable<WriteOutcome>;
  /** Takes an item out of the queue into the log, withdrawing it from the server first if it may have arrived. */
  drop(changeId: string): Awaitable<WriteOutcome>;

  /** Pulls everything anew at the next sync, for a device that does not trust its rows. The queue is kept. */
  repair(): Awaitable<WriteOutcome>;

  /** Why an item, or with null the whole device, is not settled; null when nothing waits. */
  why(changeId: string | null): Awaitable<Why | null>;
  status(): Awaitable<Status>;
  queue(options?: { readonly limit?: number; readonly after?: number }): Awaitable<readonly Item[]>;
  conflicts(): Awaitable<readonly Conflict[]>;
  aside(): Awaitable<readonly AsideRow[]>;
  log(options?: { readonly limit?: number }): Awaitable<readonly LogEntry[]>;
  /** Count and hash per entity type as `digest` of the protocol gives them, from what was received. */
  digest(entityTypes?: readonly string[]): Awaitable<LocalDigest>;

  /** The app's switch: no request is sent while offline. Durable. */
  setOffline(offline: boolean): Awaitable<void>;
  /** The app came to the foreground: failed items and an overdue poll are tried now. */
  foreground(): void;
  /** A new token is there after `needs-auth`. */
  signedIn(): void;
  /** Takes the lease and starts to sync on its own: on start, on edits, when online, and by poll. */
  start(): void;
  listen(listener: (notice: Notice) => void): () => void;
  /** Stops timers and requests; what is in flight becomes unsettled at the next start. */
  stop(): Awaitable<void>;
}
