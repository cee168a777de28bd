import type { Json, JsonObject } from '../../lib/json.ts';
import type { Stamp } from '../ids.ts';
import type { BaseRow } from '../model/record.ts';
import { fieldValue, settableFields } from '../model/registry.ts';
import { effectOf } from '../queue/effect.ts';
import type { Item } from '../queue/item.ts';
import type { Entity } from './entity.ts';
import { stampsNow } from './stamping.ts';
import type { Turn } from './turn.ts';

/** The pending items of a row that meet a newer version of it, and the base they were made on. */
export interface Meeting {
  readonly open: readonly Item[];
  readonly theirs: BaseRow;
  readonly before: JsonObject | null;
  /** When the fields of that base were meant. */
  readonly beforeStamps: BaseRow['stamps'];
  /** Whether it is the delete that was known before: what was made since knew of it. */
  readonly knownGone: boolean;
}

/** All fields that pending items set, the newest value of each, and when it was meant. */
export function localSide(turn: Turn, entity: Entity, open: readonly Item[]) {
  const data: Record<string, Json> = {};
  const stamps: Record<string, Stamp | null> = {};
  for (const item of open) {
    const known = { ...stampsNow(turn, entity, item), ...(item.resolution?.body.stamps ?? {}) };
    for (const [field, value] of Object.entries(effectOf(item).data)) {
      data[field] = value;
      stamps[field] = known[field] ?? null;
    }
  }
  return { data, stamps };
}

/** Every field of the user's in a row, for writing it as a whole: what revives a row carries all of it. */
export function wholeData(entity: Entity, data: JsonObject): JsonObject {
  const fields = settableFields(entity.type).filter((name) => Object.hasOwn(data, name));
  return Object.fromEntries(fields.map((name) => [name, fieldValue(entity.type, data, name)]));
}
