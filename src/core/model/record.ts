import type { JsonObject } from '../../lib/json.ts';
import type { ChangeId, EntityKey, Stamp } from '../ids.ts';

/** One version of one part of a row as the server sent it. */
export interface BaseRow {
  readonly version: number;
  readonly deleted: boolean;
  readonly data: JsonObject | null;
  readonly stamps: Readonly<Record<string, Stamp>>;
  readonly updatedAt: number;
  /** Put together here from an acknowledged change: the server's own row at this version replaces it. */
  readonly folded: boolean;
}

/** A server version that waits to be merged. */
export interface HeldRow extends BaseRow {
  /** The change that made it; absent where an earlier version of this app held it. */
  readonly changeId?: string;
}

/** Everything a device holds of one row, pending changes apart (they are queue items). */
export interface RecordRow extends EntityKey {
  /** The lineage of versions that `base` and `theirs` belong to: rises when the server's epoch changes. */
  readonly era: number;
  /** The newest server version merged here; null when the server is not known to have the row. */
  readonly base: BaseRow | null;
  /** A newer server version, received while an item was in flight or unsettled; merged after its verdict. */
  readonly theirs: HeldRow | null;
  /** The shared catalogue's part of the row, for catalogue types. */
  readonly catalogue: BaseRow | null;
  /** What the user sees where it differs from `base`: base, then open conflicts, then pending items in order. */
  readonly local: JsonObject | null;
  /** What the user sees as existing: false hides the row. Holds together with `local`. */
  readonly exists: boolean;
  /** Fields that never leave the device. */
  readonly device: JsonObject | null;
  /** The visible row's natural key while it exists, for types that have one. */
  readonly naturalKey: string | null;
  /** The resync that last saw the row, see `Meta.server.resync`. */
  readonly seen: number;
  /** How many queue items name this row. */
  readonly items: number;
  /** The change whose clash a person must decide; null when there is none. */
  readonly conflict: ChangeId | null;
  /** Device wall time of the pull or verdict that last confirmed the row, ms. */
  readonly lastSyncedAt: number | null;
}
