import type { EntityKey } from '../../core/ids.ts';
import type { FinalStatus, Problem } from '../../core/protocol/messages.ts';

/** Who made a version: the device and the change (or resolution) it came by. */
export interface Origin {
  readonly deviceId: string;
  readonly changeId: string;
}

/**
 * The user's part of one row as it is stored. Values travel as JSON texts: most requests only pass them on, so they
 * are parsed where a decision needs them and nowhere else.
 */
export interface StoredRow extends EntityKey {
  /** The number of the transaction that wrote it last. */
  readonly version: number;
  /**
   * The number at which the whole row was written: its creation, revival or deletion. A field without an entry in
   * `fieldVersionsJson` changed then. 0 for the user's part of a catalogue row, of which every field starts unset.
   */
  readonly floor: number;
  readonly deleted: boolean;
  /** Fields of a live row; of a tombstone the sums of its counters, or null when it has none. */
  readonly dataJson: string | null;
  /** Stamps by field; of a tombstone by `*`. */
  readonly stampsJson: string;
  /** Numbers of fields that changed after `floor`. */
  readonly fieldVersionsJson: string;
  /** The natural key a live row holds; null when it holds none. */
  readonly naturalKey: string | null;
  /** Server time of the last write, ms; never falls while `version` rises. */
  readonly updatedAt: number;
  readonly origin: Origin;
}

/** A row of the shared catalogue. */
export interface CatalogueRow extends EntityKey {
  readonly version: number;
  readonly deleted: boolean;
  readonly dataJson: string | null;
  readonly updatedAt: number;
}

/** The verdict on one change or resolution: stored once, in the transaction of its effect, and never changed. */
export interface StoredVerdict {
  readonly id: string;
  readonly kind: 'change' | 'resolution';
  readonly deviceId: string;
  /** Place in the queue of its device; null for resolutions, and for changes that were only withdrawn. */
  readonly seq: number | null;
  /** Fingerprint of the body; null when the body was never seen (withdrawn first): any body then repeats it. */
  readonly bodyPrint: string | null;
  /** The row it spoke of; empty texts when the change was too broken to say. */
  readonly entityType: string;
  readonly entityId: string;
  readonly status: FinalStatus;
  /** The version its effect has, when applied. */
  readonly version: number | null;
  readonly problem: Problem | null;
  /** The resolution that settled it: the one thing that is added later, so that increments count once. */
  readonly resolvedBy: string | null;
  /** Server time, ms. */
  readonly at: number;
}

/** One version in the history of a row, or a decision that wrote nothing but has to be remembered. */
export interface HistoryEntry extends EntityKey {
  readonly version: number;
  readonly deleted: boolean;
  /** The whole row after it. */
  readonly dataJson: string | null;
  readonly changed: readonly string[];
  readonly lostJson: string | null;
  /** How a resolution ended, or `rollback`; null for a change. */
  readonly outcome: string | null;
  /** The change that a resolution settled. */
  readonly settles: string | null;
  readonly updatedAt: number;
  readonly origin: Origin;
}

/** What is known of a registered device. */
export interface DeviceState {
  readonly deviceId: string;
  readonly registeredAt: number;
  readonly lastSeenAt: number;
  /** The life that last got a push or resolve through. */
  readonly incarnation: string | null;
  /** The highest `seq` with a verdict; -1 when there is none. */
  readonly lastSeq: number;
  /** The lowest position of the cursor it last came with; null before its first pull with one. */
  readonly position: number | null;
  readonly appVersion: string | null;
  readonly schemaVersion: number | null;
}

/** The user's counter: the newest number, and the server time it was given at, ms. */
export interface UserState {
  readonly counter: number;
  readonly writtenAt: number;
  /** Server time at which all data of the user was erased, ms; absent unless it was. */
  readonly erasedAt?: number;
}

/** One durable effect of a decision. */
export type Write =
  | { readonly kind: 'user'; readonly user: UserState }
  | { readonly kind: 'device'; readonly device: DeviceState }
  | { readonly kind: 'row'; readonly row: StoredRow }
  | { readonly kind: 'verdict'; readonly verdict: StoredVerdict }
  | { readonly kind: 'history'; readonly entry: HistoryEntry }
  /** Takes away everything of the user but the counter and the mark that it was erased. Stands alone. */
  | { readonly kind: 'erase'; readonly atMs: number }
  /** Takes the mark away: the user may begin anew. Stands alone. */
  | { readonly kind: 'readmit' };
