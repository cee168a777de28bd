import type { ChangeId } from '../ids.ts';
import { isIncrement, isRevival } from './effect.ts';
import { type Item, isWithdrawal } from './item.ts';

/** Whether an item was handed over and no verdict for it is held: it may not change in any way. */
export function isFrozen(item: Item): boolean {
  if (item.resolution?.sent === true) return true;
  return item.sent && item.verdict === null && item.settledAt === null;
}

/**
 * The chain of one row's items, oldest first, with those that may not be sent yet set to `waiting` behind what holds
 * them, and those that nothing holds any more set to `pending` (law 4). Items in other states stay as they are.
 * `passable` names the item whose disputed fields stand in an open conflict: it holds no other field up.
 */
export function arrange(chain: readonly Item[], passable: ChangeId | null): readonly Item[] {
  const arranged = chain.map((item, at) => {
    if (item.state !== 'pending' && item.state !== 'waiting') return item;
    const holder = holderOf(chain, at, passable);
    if (holder !== null) return placed(item, 'waiting', holder.id);
    const foreign = item.waitsFor !== null && item.dependsOn.includes(item.waitsFor);
    return foreign ? item : placed(item, 'pending', null);
  });
  return arranged.every((item, at) => item === chain[at]) ? chain : arranged;
}

function placed(item: Item, state: 'pending' | 'waiting', waitsFor: Item['waitsFor']): Item {
  return item.state === state && item.waitsFor === waitsFor ? item : { ...item, state, waitsFor };
}

function holderOf(chain: readonly Item[], at: number, passable: ChangeId | null): Item | null {
  const item = chain[at] as Item;
  for (let before = at - 1; before >= 0; before -= 1) {
    const earlier = chain[before] as Item;
    if (holds(earlier, item, passable)) return earlier;
  }
  return null;
}

/** Whether an earlier item of the row keeps a later one from being sent. */
function holds(earlier: Item, later: Item, passable: ChangeId | null): boolean {
  if (earlier.id === passable) return false;
  // Taking a change back writes nothing, and what is earlier may wait for the verdict that this brings.
  if (isWithdrawal(later)) return false;
  // Members of a group go together.
  if (earlier.group !== null && earlier.group === later.group) return false;
  if (isIncrement(later)) return isRevival(earlier) || earlier.action === 'DELETE';
  return true;
}

/**
 * What keeps an item behind the newest item of its row, as known without the rest of the chain: it may hold an increment
 * that could go until the row is arranged anew, and never lets go what must wait.
 */
export function holderAtEnd(last: Item | undefined, later: Item): Item['waitsFor'] {
  if (last === undefined) return null;
  if (isIncrement(later) && isIncrement(last) && !isRevival(last)) return last.waitsFor;
  if (last.group !== null && last.group === later.group) return last.waitsFor;
  return last.id;
}
