import { type Item, itemStates } from '../queue/item.ts';
import type { Rows } from './rows.ts';

/** Where a page of the queue begins and how long it is. */
export interface QueuePage {
  /** Only items behind this one; absent: from the start. Without an id: behind all of that place. */
  readonly after?: { readonly place: number; readonly id?: string } | undefined;
  /** At most so many, 1 or more; absent: all. */
  readonly limit?: number | undefined;
}

/**
 * The next items of the queue, whatever their state, in its order: by place, then id. No index holds that order: it
 * would be written with every local write, and a person asks for it now and then. Each state is read and they are merged.
 */
export function queuePage(rows: Rows, { after, limit }: QueuePage = {}): readonly Item[] {
  const bound = limit === undefined ? {} : { limit };
  const found = itemStates.map((state) =>
    rows.scan('items', {
      index: 'byState',
      prefix: [state],
      ...(after === undefined ? {} : { after: [state, after.place, after.id ?? '\uffff'] }),
      ...bound,
    }),
  );
  const filled = found.filter((items) => items.length > 0);
  const merged = filled.length === 1 ? (filled[0] ?? []) : filled.flat().sort(inOrder);
  return limit === undefined ? merged : merged.slice(0, limit);
}

/** The first item at a place of the queue, or undefined. */
export function itemAtPlace(rows: Rows, place: number): Item | undefined {
  const found = itemStates.flatMap((state) =>
    rows.scan('items', { index: 'byState', prefix: [state, place], limit: 1 }),
  );
  return found.sort(inOrder)[0];
}

function inOrder(a: Item, b: Item): number {
  return a.place - b.place || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
