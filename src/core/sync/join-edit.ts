import type { ChangeId } from '../ids.ts';
import { keyText } from '../ids.ts';
import { isCounter, isReferredTo } from '../model/registry.ts';
import { coalesce, joinReplace, joinUpdate, mayJoin } from '../queue/coalesce.ts';
import { asNew, type Item } from '../queue/item.ts';
import { cancelDescendants } from './cancel.ts';
import type { CheckedEdit } from './edit.ts';
import { replaces, stands } from './made-anew.ts';
import { after, putItem, putRecord } from './put-edit.ts';
import { followDependants } from './renew.ts';
import { isOlder } from './this-life.ts';
import type { Turn } from './turn.ts';

/** A new edit, the item made of it, and the newest item of its row. */
export interface Joining {
  readonly edit: CheckedEdit;
  readonly last: Item;
  readonly next: Item;
}

/** Whether no reference lies between the newest item of the row and the new edit. */
export function joinable(turn: Turn, { edit, last, next }: Joining): boolean {
  if (!mayJoin(last, next)) return false;
  // No change sets a counter back: only the delete itself does.
  if (replaces(edit, last) && Object.values(edit.type.fields).some(isCounter)) return false;
  const later = next.dependsOn.some((id) => (turn.get('items', [id])?.place ?? 0) > last.place);
  if (later) return false;
  if (!isReferredTo(turn.setting.registry, edit.type)) return true;
  const child = turn.scan('items', { index: 'byParent', prefix: [keyText(last)], reverse: true, limit: 1 })[0];
  return child === undefined || child.place < last.place || next.action === 'DELETE';
}

/** Joins the edit into the newest item, or gives null when they must stay apart. */
export function join(turn: Turn, { edit, last, next }: Joining): ChangeId | null {
  if (last.state === 'parked' && last.group === null) return joinParked(turn, { edit, last, next });
  const mayBeKnown = isOlder(turn, last);
  const joined = coalesce(last, next, { stands: stands(edit.record), mayBeKnown });
  if (joined.kind === 'apart') return null;
  if (joined.kind === 'cancel') return leave(turn, edit, { last, detail: 'created and deleted before it was sent' });
  const state = joined.item.state === 'waiting' ? ('waiting' as const) : ('pending' as const);
  const item: Item = { ...joined.item, state, ...(mayBeKnown ? { rejoined: rejoinedBy(last, next) } : {}) };
  turn.log('coalesced', {
    ...keyOf(edit),
    changeId: last.id,
    kept: last.data,
    detail: `${last.action} then ${next.action}`,
  });
  putItem(turn, item);
  putRecord(turn, edit, { visible: after(edit, next), items: edit.record.items });
  if (last.action === 'CREATE' && item.action === 'DELETE') cancelDescendants(turn, edit.record, last.id);
  return item.id;
}

function rejoinedBy({ rejoined = [] }: Item, { data }: Item): readonly string[] {
  return [...new Set([...rejoined, ...Object.keys(data ?? {})])];
}

/** A new edit takes up a refused change under a new id and releases it. */
function joinParked(turn: Turn, { edit, last, next }: Joining): ChangeId | null {
  if (next.action === 'DELETE' && last.action === 'CREATE')
    return leave(turn, edit, { last, detail: 'the create was refused, then deleted' });
  const item = { ...asNew(takenUp(last, next, stands(edit.record)), { id: next.id, seq: next.seq }), waitsFor: null };
  turn.log('replaced', {
    ...keyOf(edit),
    changeId: last.id,
    by: item.id,
    kept: last.data,
    detail: 'a new edit took the refused change up',
  });
  turn.removeItem(last);
  putItem(turn, item);
  followDependants(turn, edit.record, { from: last.id, to: item.id });
  putRecord(turn, edit, { visible: after(edit, next), items: edit.record.items });
  return item.id;
}

/** The refused change with the new edit in it. */
function takenUp(last: Item, next: Item, live: boolean): Item {
  if (next.action === 'DELETE')
    return { ...last, action: next.action, data: null, intents: next.intents, parents: [], dependsOn: [] };
  return last.action === 'DELETE' ? joinReplace(last, next, live) : joinUpdate(last, next);
}

/** The newest item goes, with all that rests on it: what it made was deleted before the server took it. */
function leave(
  turn: Turn,
  edit: CheckedEdit,
  { last, detail }: { readonly last: Item; readonly detail: string },
): ChangeId {
  turn.log('cancelled', { ...keyOf(edit), changeId: last.id, kept: last.data, detail });
  turn.removeItem(last);
  turn.tell({ kind: 'item', changeId: last.id, state: 'cancelled', ...keyOf(edit) });
  putRecord(turn, edit, { visible: null, items: edit.record.items - 1 });
  cancelDescendants(turn, edit.record, last.id);
  return last.id;
}

function keyOf({ record }: CheckedEdit) {
  return { entityType: record.entityType, entityId: record.entityId };
}
