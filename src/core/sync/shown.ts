import { type JsonObject, sameJson } from '../../lib/json.ts';
import type { Conflict } from '../merge/conflict.ts';
import type { RecordRow } from '../model/record.ts';
import { type EntityType, naturalKeyOf } from '../model/registry.ts';
import { applyEffect, initialData } from '../queue/effect.ts';
import type { Item } from '../queue/item.ts';

/** A row with what is laid over it: items oldest first, and the open question. */
export interface Laid {
  readonly record: RecordRow;
  readonly type: EntityType;
  readonly chain: readonly Item[];
  readonly conflict: Conflict | null;
}

/** The live data of the base: what the server is known to hold, catalogue part apart. */
export function baseData(record: RecordRow): JsonObject | null {
  return record.base === null || record.base.deleted ? null : record.base.data;
}

/** The row as the user sees it, with what is queued and disputed laid over the base; null where it does not exist. */
export function visibleOf({ record, type, chain, conflict }: Laid): JsonObject | null {
  let data = baseData(record);
  for (const item of chain) {
    if (conflict !== null && item.id === conflict.changeId) data = withDisputed(data, conflict, item, type);
    else data = applyEffect(data, item, type);
  }
  return type.catalogue ? joined(record, data) : data;
}

/** Disputed fields show the local value until a person decides; a disputed delete shows as the user left it. */
function withDisputed(data: JsonObject | null, conflict: Conflict, item: Item, type: EntityType): JsonObject | null {
  if (conflict.kind === 'delete')
    return conflict.deletedBy === 'mine'
      ? null
      : { ...(data ?? conflict.before ?? initialData(type)), ...(item.data ?? {}) };
  const own = item.group === null ? {} : item.data;
  return data === null ? null : { ...data, ...own, ...disputedData(conflict, type) };
}

/** The local values of an open conflict by field, units taken apart. */
export function disputedData(conflict: Conflict, type: EntityType): JsonObject {
  const out: Record<string, JsonObject[string]> = {};
  for (const { name, mine } of conflict.fields) {
    if (Object.hasOwn(type.units, name)) Object.assign(out, mine);
    else out[name] = mine;
  }
  return out;
}

/** A catalogue row with the user's own part beside it; it exists while the catalogue has it. */
function joined(record: RecordRow, own: JsonObject | null): JsonObject | null {
  const { catalogue } = record;
  if (catalogue === null || catalogue.deleted || catalogue.data === null) return null;
  return { ...catalogue.data, ...(own ?? {}) };
}

/** The record with everything in it that follows from what the user sees; the same one where nothing differs. */
export function withShown(laid: Laid): RecordRow {
  const { record, type, chain, conflict } = laid;
  const data = visibleOf(laid);
  const plain = type.catalogue ? joined(record, baseData(record)) : baseData(record);
  const local = chain.length === 0 && conflict === null ? null : data;
  const next: RecordRow = {
    ...record,
    local: local !== null && sameJson(local, plain ?? undefined) ? null : local,
    exists: data !== null,
    naturalKey: data === null ? null : naturalKeyOf(type, data),
    items: chain.length,
    conflict: conflict?.changeId ?? null,
  };
  return sameRecord(record, next) ? record : next;
}

function sameRecord(a: RecordRow, b: RecordRow): boolean {
  return (
    a.exists === b.exists &&
    a.naturalKey === b.naturalKey &&
    a.items === b.items &&
    a.conflict === b.conflict &&
    sameJson(a.local ?? undefined, b.local ?? undefined)
  );
}

/** The row as the user sees it, from its record alone; null where it does not exist. */
export function shownData(record: RecordRow): JsonObject | null {
  if (!record.exists) return null;
  const data = record.local ?? { ...record.catalogue?.data, ...baseData(record) };
  return record.device === null ? data : { ...data, ...record.device };
}
