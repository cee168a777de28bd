import type { Item } from '../queue/item.ts';
import type { LogEntry } from './tables.ts';
import type { Turn } from './turn.ts';

/**
 * Whether a change was first made before this life began. Though it says that it was never sent, it may have been: by the life that
 * wrote it, when the device's data are those of a backup, or by the device that they were copied from. A process that
 * never took the lease knows of no other life.
 */
export function isOlder({ state }: Turn, { seq }: Pick<Item, 'seq'>): boolean {
  return state.began !== null && seq < state.began.seq;
}

/** Log entries read at a time. */
const page = 500;

/** Whether an older change is as it was when this life began, or the one that first went on with it: no edit was joined into it, as the log tells. */
export function isUntouched(turn: Turn, item: Item): boolean {
  const { began } = turn.state;
  if (began === null || !isOlder(turn, item)) return false;
  for (let after = Number.MAX_SAFE_INTEGER; after > began.log; ) {
    const entries: readonly LogEntry[] = turn.scan('log', { reverse: true, after: [after], limit: page });
    if (entries.some(({ n, kind, changeId }) => n >= began.log && kind === 'coalesced' && changeId === item.id))
      return false;
    after = entries.length < page ? began.log : (entries.at(-1)?.n ?? began.log);
  }
  return true;
}

/** Whether an older change says that it was never sent, and nothing was decided about it. */
export function isLeft(turn: Turn, item: Item): boolean {
  return !item.sent && item.verdict === null && item.resolution === null && isOlder(turn, item);
}
