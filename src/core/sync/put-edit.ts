import type { JsonObject } from '../../lib/json.ts';
import type { RecordRow } from '../model/record.ts';
import { type EntityType, naturalKeyOf } from '../model/registry.ts';
import { applyEffect } from '../queue/effect.ts';
import type { Item } from '../queue/item.ts';
import type { CheckedEdit } from './edit.ts';
import type { Turn } from './turn.ts';

/** What the user sees of the row once the item is queued. */
export function after(edit: CheckedEdit, item: Item): JsonObject | null {
  return applyEffect(edit.visible, item, edit.type);
}

/** Writes an item of an edit and tells of it. */
export function putItem(turn: Turn, item: Item): void {
  turn.put('items', item);
  turn.tell({
    kind: 'item',
    changeId: item.id,
    state: item.state,
    entityType: item.entityType,
    entityId: item.entityId,
  });
}

/** Writes the row of an edit as it is shown now, with so many items waiting. */
export function putRecord(
  turn: Turn,
  { record, type, device }: CheckedEdit,
  { visible, items }: { readonly visible: JsonObject | null; readonly items: number },
): void {
  const kept = device === null ? record.device : { ...record.device, ...device };
  const next: RecordRow = {
    ...record,
    local: visible === null ? null : travelling(type, visible),
    exists: visible !== null,
    naturalKey: visible === null ? null : naturalKeyOf(type, visible),
    device: kept,
    items,
  };
  const gone = items === 0 && next.base === null && next.catalogue === null && next.theirs === null;
  if (gone) turn.remove('records', [record.entityType, record.entityId]);
  else turn.put('records', next);
  turn.tell({ kind: 'record', entityType: record.entityType, entityId: record.entityId });
}

/** The visible row without the fields that never leave the device: those are kept beside it. */
function travelling(type: EntityType, visible: JsonObject): JsonObject {
  const own = Object.keys(visible).filter(
    (name) => Object.hasOwn(type.fields, name) && type.fields[name]?.owner === 'device',
  );
  if (own.length === 0) return visible;
  return Object.fromEntries(Object.entries(visible).filter(([name]) => !own.includes(name)));
}
