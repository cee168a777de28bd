import type { JsonObject } from '../../lib/json.ts';
import { type Item, joinIntents } from './item.ts';
import { isFrozen } from './order.ts';

/** How a new edit joins the newest item of its row. `apart`: not at all. `cancel`: both go. */
export type Joined =
  | { readonly kind: 'apart' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'joined'; readonly item: Item };

/** Whether an item may be folded into a refused or clashed one: it may be joined, and belongs to no group. */
export function isFoldable(item: Item): boolean {
  return item.group === null && isJoinable(item);
}

/**
 * Whether an item may take part in coalescing: its body is its own to change, and it adds to no counter. A parked item
 * counts when its verdict is held.
 */
function isJoinable(item: Item): boolean {
  if (isFrozen(item) || item.increments !== null || item.resolution !== null) return false;
  return (
    item.state === 'pending' ||
    item.state === 'waiting' ||
    (item.state === 'parked' && (!item.sent || item.verdict !== null))
  );
}

/**
 * Joins `next`, a new edit, into `last`, the newest item of the same row, when the laws allow it (the caller has
 * checked that no reference lies between). `stands`: the row is there before `last`, on the server or by an earlier
 * item. The joined item keeps id, seq and base of `last` and takes what the row will look like: create+update = create,
 * update+update = update with the first base, create+delete = nothing, delete+create = replace. `mayBeKnown`: the server may
 * have got `last` from another life of these data; then a create that is deleted goes on as a delete.
 */
export function coalesce(
  last: Item,
  next: Item,
  { stands, mayBeKnown = false }: { readonly stands: boolean; readonly mayBeKnown?: boolean },
): Joined {
  if (!mayJoin(last, next) || last.sent) return { kind: 'apart' };
  if (next.action === 'DELETE')
    return last.action === 'CREATE' && !mayBeKnown
      ? { kind: 'cancel' }
      : { kind: 'joined', item: joinDelete(last, next) };
  if (last.action === 'DELETE')
    return next.action === 'CREATE' ? { kind: 'joined', item: joinReplace(last, next, stands) } : { kind: 'apart' };
  return { kind: 'joined', item: joinUpdate(last, next) };
}

/** Whether a new edit and the newest item of its row may become one: coalescing never crosses a group. */
export function mayJoin(last: Item, next: Item): boolean {
  return last.group === next.group && isJoinable(last) && isJoinable(next);
}

/** Two edits of one row as one: later fields win, the first base and the first picture for undo stay. */
export function joinUpdate(last: Item, next: Item): Item {
  return {
    ...last,
    data: { ...(last.data ?? {}), ...(next.data ?? {}) },
    intents: joinIntents(last.intents, next.intents),
    timestamp: next.timestamp,
    dependsOn: union(last.dependsOn, next.dependsOn),
    parents: next.parents.length > 0 ? union(last.parents, next.parents) : last.parents,
  };
}

/** An edit and the delete of its row as one: what it set goes with the row. */
export function joinDelete(last: Item, next: Item): Item {
  return {
    ...unheld(last),
    action: 'DELETE',
    revives: false,
    data: null,
    intents: next.intents,
    timestamp: next.timestamp,
    dependsOn: [],
    parents: [],
  };
}

/**
 * A delete and the row made anew as one. Where the row stands before the delete it travels as an UPDATE: `next` then names every
 * field, so that nothing of the old row stays. Over nothing or a tombstone it is a CREATE.
 */
export function joinReplace(last: Item, next: Item, stands: boolean): Item {
  return {
    ...last,
    action: stands ? 'UPDATE' : 'CREATE',
    revives: stands,
    data: next.data as JsonObject,
    intents: next.intents,
    timestamp: next.timestamp,
    dependsOn: next.dependsOn,
    parents: next.parents,
  };
}

/** An item that waits for none of its dependencies any more, but for an earlier item of its row as before. */
function unheld(item: Item): Item {
  const waitsForOther = item.waitsFor !== null && item.dependsOn.includes(item.waitsFor);
  return item.state === 'waiting' && waitsForOther ? { ...item, state: 'pending', waitsFor: null } : item;
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return a.length === 0 ? b : [...new Set([...a, ...b])];
}
