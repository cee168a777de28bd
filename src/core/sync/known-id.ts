import type { JsonObject } from '../../lib/json.ts';
import type { EntityKey } from '../ids.ts';
import type { EntityType } from '../model/registry.ts';
import type { Rows } from './rows.ts';

/** Rows adopted one after another; more than this is no chain that adoption makes. */
const hopsMax = 8;

/** The id under which the server knows a row: follows aliases. */
export function knownId(rows: Pick<Rows, 'get'>, { entityType, entityId }: EntityKey): string {
  let id = entityId;
  for (let hops = 0; hops < hopsMax; hops += 1) {
    const alias = rows.get('aliases', [entityType, id]);
    if (alias === undefined) return id;
    id = alias.toId;
  }
  return id;
}

/** The data with every reference pointing at the id under which the server knows the row. */
export function withKnownReferences(rows: Pick<Rows, 'get'>, type: EntityType, data: JsonObject): JsonObject {
  const changed = type.references.flatMap(({ field, entityType }) => {
    const id = data[field];
    if (typeof id !== 'string') return [];
    const known = knownId(rows, { entityType, entityId: id });
    return known === id ? [] : [[field, known] as const];
  });
  return changed.length === 0 ? data : { ...data, ...Object.fromEntries(changed) };
}
