import type { JsonObject } from '../../lib/json.ts';
import { type EntityType, fieldValue } from './registry.ts';

/**
 * The values with every unit they touch made whole: the unit's other fields as the row shows them now, or their
 * initial values without a row. Called before a local write is validated, because a unit travels, is judged and is
 * stamped as one. Gives the same object back when nothing was missing.
 */
export function completeUnits(type: EntityType, data: JsonObject, visible: JsonObject | null): JsonObject {
  const absent = Object.values(type.units)
    .filter(({ fields }) => fields.some((field) => Object.hasOwn(data, field)))
    .flatMap(({ fields }) => fields.filter((field) => !Object.hasOwn(data, field)));
  if (absent.length === 0) return data;
  return { ...data, ...Object.fromEntries(absent.map((field) => [field, fieldValue(type, visible, field)])) };
}
