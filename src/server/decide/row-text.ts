import type { JsonObject } from '../../lib/json.ts';
import type { CatalogueRow, StoredRow } from './stored.ts';

/** JSON text of a row of the user as the protocol carries it, put together without parsing what is stored. */
export function rowText(row: StoredRow): string {
  return (
    `{"entityType":${JSON.stringify(row.entityType)},"entityId":${JSON.stringify(row.entityId)},"part":"user",` +
    `"version":${row.version},"deleted":${row.deleted},"data":${row.deleted ? 'null' : row.dataJson},` +
    `"stamps":${row.stampsJson},"updatedAt":${row.updatedAt},` +
    `"origin":{"deviceId":${JSON.stringify(row.origin.deviceId)},"changeId":${JSON.stringify(row.origin.changeId)}}}`
  );
}

/** JSON text of a row of the catalogue. No device writes it, so it has neither stamps nor an origin. */
export function catalogueRowText(row: CatalogueRow): string {
  return (
    `{"entityType":${JSON.stringify(row.entityType)},"entityId":${JSON.stringify(row.entityId)},"part":"catalogue",` +
    `"version":${row.version},"deleted":${row.deleted},"data":${row.deleted ? 'null' : row.dataJson},` +
    `"stamps":{},"updatedAt":${row.updatedAt},"origin":{"deviceId":"","changeId":""}}`
  );
}

/**
 * The tombstone of a row that is not there any more (or never was): its version is the user's current number, so
 * that it stands above everything the device can hold of the row.
 */
export function syntheticTombstone(
  key: { readonly entityType: string; readonly entityId: string },
  user: { readonly counter: number; readonly writtenAt: number },
): StoredRow {
  return {
    entityType: key.entityType,
    entityId: key.entityId,
    version: user.counter,
    floor: user.counter,
    deleted: true,
    dataJson: null,
    stampsJson: '{}',
    fieldVersionsJson: '{}',
    naturalKey: null,
    updatedAt: user.writtenAt,
    origin: { deviceId: '', changeId: '' },
  };
}

/** The stored values of a row: fields when it lives, sums of counters when it is a tombstone, empty without any. */
export function dataOf(row: { readonly dataJson: string | null } | undefined): JsonObject {
  return row === undefined || row.dataJson === null ? {} : (JSON.parse(row.dataJson) as JsonObject);
}
