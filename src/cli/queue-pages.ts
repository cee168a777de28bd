import type { Item } from '../core/queue/item.ts';
import { queuePage } from '../core/sync/queue-page.ts';
import type { Rows } from '../core/sync/rows.ts';

/** Items read at a time: few enough to die young, so that a queue of any length costs little memory. */
const pageItems = 256;

/** Which items of a queue are wanted. */
export interface QueueAsked {
  /** Only items in this state. */
  readonly state?: string | undefined;
  /** At most so many, 1 or more; absent: all. */
  readonly limit?: number | undefined;
}

/** What `each` makes of every item wanted, in the order of the queue. Pages are read one by one and dropped. */
export function mapQueue<T>(
  rows: Rows,
  { state, limit = Number.MAX_SAFE_INTEGER }: QueueAsked,
  each: (item: Item) => T,
): readonly T[] {
  const made: T[] = [];
  for (let last: Item | null = null; made.length < limit; ) {
    const wanted = Math.min(pageItems, limit - made.length);
    const page = pageOf(rows, { state, after: last, limit: wanted });
    for (const item of page) made.push(each(item));
    last = page.at(-1) ?? null;
    if (page.length < wanted) break;
  }
  return made;
}

function pageOf(
  rows: Rows,
  { state, after, limit }: { readonly state: string | undefined; readonly after: Item | null; readonly limit: number },
): readonly Item[] {
  if (state === undefined) return queuePage(rows, { after: after ?? undefined, limit });
  const behind = after === null ? {} : { after: [state, after.place, after.id] };
  return rows.scan('items', { index: 'byState', prefix: [state], limit, ...behind });
}

/** How many items are in this state, or in all. */
export function countQueue(rows: Rows, state: string | undefined): number {
  return state === undefined ? rows.count('items') : rows.count('items', { index: 'byState', prefix: [state] });
}
