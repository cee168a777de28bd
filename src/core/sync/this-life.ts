import type { Item } from '../queue/item.ts';
import type { Turn } from './turn.ts';

/**
 * Whether a change was first made before this life began. Though it says that it was never sent, it may have been: by the life that
 * wrote it, when the device's data are those of a backup, or by the device that they were copied from. A process that
 * never took the lease knows of no other life.
 */
export function isOlder({ state }: Turn, { seq }: Pick<Item, 'seq'>): boolean {
  return state.firstSeq !== null && seq < state.firstSeq;
}

/** Whether an older change says that it was never sent, and nothing was decided about it. */
export function isLeft(turn: Turn, item: Item): boolean {
  return !item.sent && item.verdict === null && item.resolution === null && isOlder(turn, item);
}

/**
 * Whether an older change has a decision about it that says it was never sent. It may have been, as an unsent change may: the row that
 * came of it would be taken for somebody else's, and decided about anew.
 */
export function isLeftDecision(turn: Turn, item: Item): boolean {
  return item.resolution !== null && !item.resolution.sent && isOlder(turn, item);
}
