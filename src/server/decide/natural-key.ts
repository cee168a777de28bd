import { type EntityType, naturalKeyOf } from '../../core/model/registry.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Reads } from './reads.ts';

/** The natural key a row with these values holds, and the id of another live row that holds it already. */
export interface KeyClaim {
  readonly naturalKey: string | null;
  readonly holder: string | null;
}

/** Looks up whether a live row of another id has the natural key that these values make. Deleted rows hold none. */
export function claimKey(reads: Reads, type: EntityType, entityId: string, data: JsonObject): KeyClaim {
  const naturalKey = naturalKeyOf(type, data);
  if (naturalKey === null) return { naturalKey, holder: null };
  const holder = reads.keyHolder({ entityType: type.name, naturalKey });
  return { naturalKey, holder: holder === undefined || holder === entityId ? null : holder };
}
