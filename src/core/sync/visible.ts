import type { RecordRow } from '../model/record.ts';
import type { EntityType } from '../model/registry.ts';
import type { Item } from '../queue/item.ts';
import type { Rows } from './rows.ts';
import { shownData } from './shown.ts';
import type { SyncStatus, VisibleRow } from './status.ts';

/** A row as the user sees it, with its sync state; null where it does not exist. */
export function visibleRow(rows: Rows, type: EntityType, record: RecordRow): VisibleRow | null {
  const data = shownData(record);
  if (data === null) return null;
  const prefix = [record.entityType, record.entityId];
  const items = record.items === 0 ? [] : rows.scan('items', { index: 'byEntity', prefix });
  return {
    entityType: type.name,
    entityId: record.entityId,
    data,
    isDirty: items.length > 0 || record.conflict !== null,
    syncStatus: syncStatusOf(record, items),
    retryCount: Math.max(0, ...items.map((item) => item.retryCount)),
    lastSyncedAt: record.lastSyncedAt,
    version: record.base?.version ?? 0,
  };
}

/** The item states in the words of the app: a conflict first, then what failed, then what is under way. */
function syncStatusOf(record: RecordRow, items: readonly Item[]): SyncStatus {
  if (record.conflict !== null || items.some((item) => item.state === 'conflict')) return 'conflict';
  if (items.some((item) => item.state === 'parked' || item.state === 'failed')) return 'failed';
  return items.length > 0 ? 'pending' : 'synced';
}
