import type { EntityKey, Stamp } from '../../core/ids.ts';
import { type EntityType, fieldOf, isCounter } from '../../core/model/registry.ts';
import { initialData } from '../../core/queue/effect.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { fieldVersionsOf } from './field-versions.ts';
import { dataOf } from './row-text.ts';
import type { Origin, StoredRow } from './stored.ts';

/** When and by whom a row is written. */
export interface Authorship {
  readonly number: number;
  readonly atMs: number;
  readonly origin: Origin;
}

/** What is written to a row. */
export interface Fields {
  readonly data: JsonObject;
  readonly increments: Readonly<Record<string, number>>;
  readonly stamps: Readonly<Record<string, Stamp>>;
}

/** A row brought into being: initial values, the sums its tombstone kept, the values given, the increments added. */
export function bornData(type: EntityType, tombstone: StoredRow | undefined, fields: Fields): JsonObject {
  return added({ ...initialData(type), ...dataOf(tombstone), ...fields.data }, fields.increments);
}

/** A live row after values were set and increments added. */
export function changedData(before: JsonObject, fields: Fields): JsonObject {
  return added({ ...before, ...fields.data }, fields.increments);
}

function added(data: JsonObject, increments: Readonly<Record<string, number>>): JsonObject {
  const out: Record<string, Json> = { ...data };
  for (const [field, by] of Object.entries(increments))
    out[field] = ((out[field] as number | null | undefined) ?? 0) + by;
  return out;
}

/** The row as created or revived: every field changed at this number. */
export function bornRow(
  key: EntityKey,
  made: {
    readonly data: JsonObject;
    readonly stamps: Readonly<Record<string, Stamp>>;
    readonly naturalKey: string | null;
  },
  author: Authorship,
): StoredRow {
  return {
    entityType: key.entityType,
    entityId: key.entityId,
    version: author.number,
    floor: author.number,
    deleted: false,
    dataJson: JSON.stringify(made.data),
    stampsJson: JSON.stringify(made.stamps),
    fieldVersionsJson: '{}',
    naturalKey: made.naturalKey,
    updatedAt: author.atMs,
    origin: author.origin,
  };
}

/**
 * The row after its named fields changed at this number. Without a row before, it is the user's part of a catalogue
 * row, of which only these fields were ever set.
 */
export function changedRow(
  before: { readonly key: EntityKey; readonly row: StoredRow | undefined },
  made: {
    readonly data: JsonObject;
    readonly changed: readonly string[];
    readonly stamps: Readonly<Record<string, Stamp>>;
    readonly naturalKey: string | null;
  },
  author: Authorship,
): StoredRow {
  const versions: Record<string, number> = { ...fieldVersionsOf(before.row) };
  for (const field of made.changed) versions[field] = author.number;
  const stamps = before.row === undefined ? {} : (JSON.parse(before.row.stampsJson) as Record<string, Stamp>);
  return {
    entityType: before.key.entityType,
    entityId: before.key.entityId,
    version: author.number,
    floor: before.row?.floor ?? 0,
    deleted: false,
    dataJson: JSON.stringify(made.data),
    stampsJson: JSON.stringify({ ...stamps, ...made.stamps }),
    fieldVersionsJson: JSON.stringify(versions),
    naturalKey: made.naturalKey,
    updatedAt: author.atMs,
    origin: author.origin,
  };
}

/** The tombstone of a row: the sums of its counters stay, with what is added to them on the way out. */
export function deletedRow(
  type: EntityType,
  before: StoredRow,
  last: Pick<Fields, 'increments' | 'stamps'>,
  author: Authorship,
): StoredRow {
  const data = added(dataOf(before), last.increments);
  const sums = Object.entries(data).filter(([field]) => isCounter(fieldOf(type, field)));
  return {
    entityType: before.entityType,
    entityId: before.entityId,
    version: author.number,
    floor: author.number,
    deleted: true,
    dataJson: sums.length === 0 ? null : JSON.stringify(Object.fromEntries(sums)),
    stampsJson: JSON.stringify(last.stamps),
    fieldVersionsJson: '{}',
    naturalKey: null,
    updatedAt: author.atMs,
    origin: author.origin,
  };
}
