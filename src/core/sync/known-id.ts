import type { EntityKey } from '../ids.ts';
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
