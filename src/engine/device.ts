import type { Choice, Conflict } from '../core/merge/conflict.ts';
import type { Problem } from '../core/protocol/messages.ts';
import type { Item } from '../core/queue/item.ts';
import type { Status, VisibleRow, Why } from '../core/sync/status.ts';
import type { AsideRow, LogEntry } from '../core/sync/tables.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Notice } from '../ports/observer.ts';
import type { Awaitable } from '../ports/storage.ts';

/** One edit of one row, as the app asks for it. */
export type Edit =
  | { readonly action: 'create'; readonly entityType: string; readonly entityId?: string; readonly data: JsonObject }
  | {
      readonly action: 'update';
      readonly entityType: string;
      readonly entityId: string;
      readonly set?: JsonObject;
      /** Counter fields and what to add to them. */
      readonly add?: Readonly<Record<string, number>>;
    }
  | { readonly action: 'delete'; readonly entityType: string; readonly entityId: string };

/** What became of a local write. `accepted` means durable. A refusal names the field and the rule; nothing was kept. */
export type WriteOutcome =
  | { readonly ok: true; readonly entityId: string; readonly changeIds: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

/** How a requested sync ended. */
export type SyncOutcome =
  | { readonly ok: true; readonly pushed: number; readonly pulled: number }
  | { readonly ok: false; readonly reason: string; readonly phase: Status['phase'] };

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

/** A digest made on the device, with the cursor it belongs to. */
export interface LocalDigest {
  readonly epoch: string | null;
  readonly cursor: string | null;
  readonly types: Readonly<Record<string, { readonly count: number; readonly hash: string }>>;
}
