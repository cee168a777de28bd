import type { Item } from '../core/queue/item.ts';
import type { Rows } from '../core/sync/rows.ts';
import type { Key } from '../core/sync/tables.ts';

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
  const scan = queueScan(state);
  const made: T[] = [];
  for (let after: Key | null = []; after !== null && made.length < limit; ) {
    const wanted = Math.min(pageItems, limit - made.length);
    const page: readonly Item[] = rows.scan('items', {
      ...scan,
      ...(after.length > 0 ? { after } : {}),
      limit: wanted,
    });
    for (const item of page) made.push(each(item));
    const last = page.at(-1);
    after = last === undefined || page.length < wanted ? null : [...scan.prefix, last.place, last.id];
  }
  return made;
}

/** How many items are in this state, or in all. */
export function countQueue(rows: Rows, state: string | undefined): number {
  return rows.count('items', queueScan(state));
}

function queueScan(state: string | undefined): { readonly index: string; readonly prefix: Key } {
  return state === undefined ? { index: 'byPlace', prefix: [] } : { index: 'byState', prefix: [state] };
}
