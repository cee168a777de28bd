import { type EntityType, settableFields } from '../../core/model/registry.ts';
import type { StoredRow } from './stored.ts';

/**
 * The first of these fields that changed after `base`, or null when none did. A deletion, creation or revival counts
 * as a change of every field.
 */
export function changedAfter(row: StoredRow, fields: readonly string[], base: number): string | null {
  // The usual case costs nothing: the row has not been written since.
  if (row.version <= base) return null;
  const versions = fieldVersionsOf(row);
  return fields.find((field) => versionOf(versions, field, row.floor) > base) ?? null;
}

function versionOf(versions: Readonly<Record<string, number>>, field: string, floor: number): number {
  return Object.hasOwn(versions, field) ? Math.max(versions[field] as number, floor) : floor;
}

/** Numbers of the fields that changed after the row was last written as a whole. */
export function fieldVersionsOf(row: StoredRow | undefined): Readonly<Record<string, number>> {
  return row === undefined ? {} : (JSON.parse(row.fieldVersionsJson) as Record<string, number>);
}

const userFields = new WeakMap<EntityType, readonly string[]>();

/** The fields that a DELETE touches: all of the user's that are no counters. Cached per type. */
export function deletedFields(type: EntityType): readonly string[] {
  const known = userFields.get(type);
  if (known !== undefined) return known;
  const fields = settableFields(type);
  userFields.set(type, fields);
  return fields;
}
