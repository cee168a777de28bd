import type { Item } from '../core/queue/item.ts';
import { itemAtPlace } from '../core/sync/queue-page.ts';
import type { Rows } from '../core/sync/rows.ts';

/** The queue item with this id or at this place of the queue, or undefined. */
export function itemNamed(rows: Rows, name: string): Item | undefined {
  const byId = rows.get('items', [name]);
  if (byId !== undefined || !/^\d{1,15}$/.test(name)) return byId;
  return itemAtPlace(rows, Number(name));
}
