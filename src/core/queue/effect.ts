import type { JsonObject } from '../../lib/json.ts';
import type { Stamp } from '../ids.ts';
import type { BaseRow } from '../model/record.ts';
import type { EntityType } from '../model/registry.ts';
import type { Item } from './item.ts';

/** What an item does to the row as things stand: its own fields, or those of the resolution decided for it. */
export interface ItemEffect {
  readonly deletes: boolean;
  readonly creates: boolean;
  readonly data: JsonObject;
  readonly increments: Readonly<Record<string, number>>;
}

/** The effect of an item: after a clash, what its resolution leaves of it. */
export function effectOf(item: Item): ItemEffect {
  const resolution = item.resolution?.body;
  if (resolution !== undefined && resolution.outcome !== 'withdraw') {
    return {
      deletes: resolution.outcome === 'delete',
      creates: resolution.outcome !== 'delete' && resolution.outcome !== 'server' && isRevival(item),
      data: resolution.data ?? {},
      increments: resolution.increments ?? {},
    };
  }
  return {
    deletes: item.action === 'DELETE',
    creates: isRevival(item),
    data: item.data ?? {},
    increments: item.increments ?? {},
  };
}

/** Whether an item brings a row into being, so that increments on the row wait for it. */
export function isRevival(item: Item): boolean {
  return item.action === 'CREATE' || item.revives;
}

/** Whether an item only adds to counters: such items commute. */
export function isIncrement(item: Item): boolean {
  return (
    item.action === 'UPDATE' && item.increments !== null && (item.data === null || Object.keys(item.data).length === 0)
  );
}

/** The row's data after an item; null where the row does not exist. Pure. */
export function applyEffect(data: JsonObject | null, item: Item, type: EntityType): JsonObject | null {
  const effect = effectOf(item);
  if (effect.deletes) return null;
  if (data === null && !effect.creates && !type.catalogue) return null;
  const start = data ?? initialData(type);
  if (Object.keys(effect.increments).length === 0) return { ...start, ...effect.data };
  const out: Record<string, JsonObject[string]> = { ...start, ...effect.data };
  for (const [field, by] of Object.entries(effect.increments))
    out[field] = ((out[field] as number | undefined) ?? 0) + by;
  return out;
}

const initials = new WeakMap<EntityType, JsonObject>();

/** A new row before anything is set: counters at 0 and other initial values. The same object each time for a type. */
export function initialData(type: EntityType): JsonObject {
  const known = initials.get(type);
  if (known !== undefined) return known;
  const out: Record<string, JsonObject[string]> = {};
  for (const [name, field] of Object.entries(type.fields)) {
    if (field.owner !== 'device' && field.initial !== undefined) out[name] = field.initial;
  }
  initials.set(type, out);
  return out;
}

/**
 * Whether a base lacks the effect that has this version. One put together here holds what was laid into it alone: changes of one
 * push share a version. The server's own row holds all up to its version: laid over it, increments would count twice.
 */
export function isNewTo(base: BaseRow | null, version: number): boolean {
  return base === null || version > base.version || (version === base.version && base.folded);
}

/** A base with an acknowledged item laid over it, at the version the server gave the effect. */
export function foldIntoBase(
  base: BaseRow | null,
  item: Item,
  options: { readonly type: EntityType; readonly version: number; readonly atMs: number },
): BaseRow {
  const { type, version, atMs } = options;
  const data = applyEffect(base === null || base.deleted ? null : base.data, item, type);
  const given: Readonly<Record<string, Stamp>> = item.resolution?.body.stamps ?? item.stamps;
  return {
    version: Math.max(version, base?.version ?? 0),
    deleted: data === null,
    data,
    stamps: { ...(base?.stamps ?? {}), ...given },
    updatedAt: atMs,
    folded: true,
  };
}
