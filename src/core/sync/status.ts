import type { JsonObject } from '../../lib/json.ts';
import type { EntityKey } from '../ids.ts';
import type { ItemState } from '../queue/item.ts';

/** What the device as a whole is doing or waiting for. */
export type DevicePhase =
  | 'idle'
  | 'syncing'
  | 'offline'
  | 'paused'
  | 'backing-off'
  | 'needs-auth'
  | 'update-required'
  | 'resyncing'
  | 'erased'
  | 'lease-held';

/** The device at one moment, as the app shows it. */
export interface Status {
  readonly deviceId: string;
  readonly userId: string | null;
  readonly phase: DevicePhase;
  /** No queue item, open conflict or quarantined row, and a complete pull began after the last acknowledgement. */
  readonly synced: boolean;
  /** Device wall time when the last completed pull of all types began, ms; null before the first. */
  readonly lastSyncedAt: number | null;
  readonly items: Readonly<Record<ItemState, number>>;
  readonly conflicts: number;
  readonly quarantined: number;
  readonly registered: boolean;
  readonly epoch: string | null;
  readonly cursor: string | null;
  /** Why nothing moves, when nothing does: a sentence for people. */
  readonly waitingFor: string | null;
  /** Device wall time of the next attempt, ms. */
  readonly nextAttemptAt: number | null;
  /** Device clock minus estimated server clock, ms; null before the first contact. */
  readonly clockOffsetMs: number | null;
  /** Counts since the device was made: clashes merged, values lost, conflicts, dropped answers, and so on. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Sync state of one row in the words of the app. */
export type SyncStatus = 'synced' | 'pending' | 'failed' | 'conflict';

/** A row as the user sees it, with its sync metadata. */
export interface VisibleRow extends EntityKey {
  readonly data: JsonObject;
  readonly isDirty: boolean;
  readonly syncStatus: SyncStatus;
  readonly retryCount: number;
  readonly lastSyncedAt: number | null;
  /** Server version of the newest base; 0 when the server is not known to have the row. */
  readonly version: number;
}

/** Why an item has not left the queue: one cause, and what a person can do. */
export interface Why {
  readonly code: string;
  readonly because: string;
  readonly remedy: string;
}
