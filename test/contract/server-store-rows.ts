import { brandId, type UserId } from '../../src/core/ids.ts';
import type { HistoryEntry, StoredRow, StoredVerdict, Write } from '../../src/server/decide/stored.ts';

/** A user. */
export const ana = brandId<UserId>('ana');
/** Another user. */
export const bea = brandId<UserId>('bea');
const origin = { deviceId: 'phone', changeId: 'c1' };

/** A row as a store is given it; what is left out takes a usual value. */
export function row(entityId: string, version: number, more: Partial<StoredRow> = {}): StoredRow {
  const texts = { dataJson: `{"title":"${entityId}"}`, stampsJson: '{}', fieldVersionsJson: '{}' };
  const rest = { floor: version, deleted: false, naturalKey: null, updatedAt: version * 10, origin };
  return { entityType: 'notes', entityId, version, ...texts, ...rest, ...more };
}

/** A verdict as a store is given it. */
export function verdict(id: string, more: Partial<StoredVerdict> = {}): StoredVerdict {
  const place = { deviceId: 'phone', seq: 1, bodyPrint: 'x', entityType: 'notes', entityId: 'n1' };
  return {
    id,
    kind: 'change',
    ...place,
    status: 'applied',
    version: 1,
    problem: null,
    resolvedBy: null,
    at: 5,
    ...more,
  };
}

/** A line of the history as a store is given it. */
export function entry(entityId: string, version: number, more: Partial<HistoryEntry> = {}): HistoryEntry {
  const rest = { deleted: false, dataJson: '{}', changed: ['title'], lostJson: null, outcome: null, settles: null };
  return { entityType: 'notes', entityId, version, ...rest, updatedAt: 1, origin, ...more };
}

/** Writes of rows. */
export const put = (...rows: readonly StoredRow[]): Write[] => rows.map((value) => ({ kind: 'row', row: value }));
/** Ids of rows in their order. */
export const ids = (rows: readonly { readonly entityId: string }[]) => rows.map(({ entityId }) => entityId);
/** Bounds that no test reaches. */
export const wide = { limit: 100, bytesMax: 1_000_000 };
