import type { CatalogueRow, DeviceState, HistoryEntry, StoredRow } from './stored.ts';

/** From where on one entity type is read: rows whose version is above `after`. */
export interface ScanFrom {
  readonly entityType: string;
  readonly after: number;
}

/** Where a page ends: after the number at which it holds `limit` rows or `bytesMax` bytes of data, whatever comes first. */
export interface PageBounds {
  readonly limit: number;
  readonly bytesMax: number;
}

/** Rows in order of (version, type, id), only whole numbers. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  /** The last number in the page when more follow; null when the page reaches the end. */
  readonly cut: number | null;
}

/** What reading calls may scan of one user and the catalogue, in the same consistent state as the single rows. */
export interface Scans {
  page(from: readonly ScanFrom[], bounds: PageBounds): RowPage<StoredRow>;
  cataloguePage(from: readonly ScanFrom[], bounds: PageBounds): RowPage<CatalogueRow>;
  catalogueCounter(): number;
  /** The highest version of a purged tombstone of the type; 0 when none was purged. */
  purgedBelow(entityType: string): number;
  cataloguePurgedBelow(entityType: string): number;
  /** The highest version written before a server time (ms); 0 when there is none. */
  newestBefore(entityType: string, beforeMs: number): number;
  catalogueNewestBefore(entityType: string, beforeMs: number): number;
  /** Live rows of a type in order of their ids. */
  liveRows(entityType: string): Iterable<StoredRow>;
  /** Versions of a row, oldest first. */
  history(key: { readonly entityType: string; readonly entityId: string }): readonly HistoryEntry[];
  /** Versions of all rows, by type and id, oldest first: for an export, never for a device. */
  allHistory(): Iterable<HistoryEntry>;
  /** The user's devices in order of their ids. */
  devices(): readonly DeviceState[];
}
