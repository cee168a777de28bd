import type { JsonObject } from '../../lib/json.ts';
import type { RecordRow } from '../model/record.ts';
import { fieldValue, settableFields } from '../model/registry.ts';
import type { Item } from '../queue/item.ts';
import { isFrozen } from '../queue/order.ts';
import type { CheckedEdit } from './edit.ts';

/** Whether the edit makes a row anew that still stands, before the delete of it was sent. */
export function replaces({ action, record }: CheckedEdit, last: Item | undefined): boolean {
  return action === 'CREATE' && last?.action === 'DELETE' && !isFrozen(last) && stands(record);
}

/**
 * Whether the row stands before its newest item, a delete: on the server, or by what an earlier item makes of it. Over
 * anything else, a row made anew is a plain CREATE.
 */
export function stands({ base, items }: RecordRow): boolean {
  return items > 1 || (base !== null && !base.deleted);
}

/** Every field that a user's change may set: what the new row leaves out is empty, whatever the old one held. */
export function wholeData({ type, data }: Pick<CheckedEdit, 'type' | 'data'>): JsonObject {
  return Object.fromEntries(settableFields(type).map((name) => [name, fieldValue(type, data, name)]));
}
