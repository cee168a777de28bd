import type { EntityKey } from '../../core/ids.ts';
import type { EntityType, Registry } from '../../core/model/registry.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Reads } from './reads.ts';

/** A row that a change refers to and that is not live. */
export interface LostParent {
  readonly field: string;
  readonly parent: EntityKey;
  /** `absent`: it does not exist yet, so the change waits. `gone`: it was deleted, so the change can't stand. */
  readonly is: 'absent' | 'gone';
}

/** The rows that the values refer to, by the type's declared references. */
export function parentsOf(type: EntityType, data: JsonObject): readonly { field: string; parent: EntityKey }[] {
  return type.references.flatMap(({ field, entityType }) => {
    const entityId = Object.hasOwn(data, field) ? data[field] : null;
    return typeof entityId === 'string' ? [{ field, parent: { entityType, entityId } }] : [];
  });
}

/** The first referred row that is not live, a deleted one before one that is not there yet; null when all live. */
export function lostParent(reads: Reads, registry: Registry, type: EntityType, data: JsonObject): LostParent | null {
  let absent: LostParent | null = null;
  for (const { field, parent } of parentsOf(type, data)) {
    const isCatalogue = registry.types.get(parent.entityType)?.catalogue === true;
    const row = isCatalogue ? reads.catalogueRow(parent) : reads.row(parent);
    if (row !== undefined && !row.deleted) continue;
    // A parent that was purged must not look like one that is still to come: its children would wait for ever.
    if (row !== undefined || reads.existed(parent)) return { field, parent, is: 'gone' };
    absent ??= { field, parent, is: 'absent' };
  }
  return absent;
}
