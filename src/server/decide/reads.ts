import type { EntityKey } from '../../core/ids.ts';
import type { CatalogueRow, DeviceState, StoredRow, StoredVerdict, UserState } from './stored.ts';

/**
 * What a decision about one user may look up: single rows by key, in one consistent state. Everything asked for follows
 * from the request (see `needs.ts`), except what a found row leads to: the natural key of an updated row, whether
 * an absent parent ever existed, and what the history says of a change whose verdict is gone. A store that cannot answer at once prefetches the declared keys, runs the
 * decision, and runs it again with what was missed: decisions have no effect of their own.
 */
export interface Reads {
  user(): UserState;
  device(deviceId: string): DeviceState | undefined;
  row(key: EntityKey): StoredRow | undefined;
  catalogueRow(key: EntityKey): CatalogueRow | undefined;
  verdict(id: string): StoredVerdict | undefined;
  /** The change of a device that has a verdict under this place in its queue. */
  changeAt(place: { readonly deviceId: string; readonly seq: number }): string | undefined;
  /** The id of the live row that holds a natural key. */
  keyHolder(key: { readonly entityType: string; readonly naturalKey: string }): string | undefined;
  /** Whether the history names the row: what is missing now then was deleted and purged. */
  existed(key: EntityKey): boolean;
  /** The version at which the history says that a change or resolution took effect on the row, if it did. */
  effectAt(key: EntityKey, id: string): number | undefined;
}
