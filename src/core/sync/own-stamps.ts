import { laterStamp } from '../clock/stamp.ts';
import type { Stamp } from '../ids.ts';
import type { Item } from '../queue/item.ts';

/** The latest of the stamps of the items that were sent, and of `floor`. Stamps of items never sent are not given yet. */
export function newestSent(items: readonly Item[], floor: Stamp | null): Stamp | null {
  let newest = floor;
  for (const { sent, stamps } of items)
    if (sent) for (const field in stamps) newest = laterStamp(newest, stamps[field] as Stamp);
  return newest;
}

/**
 * What a record has to remember as its newest own stamp when its items change: `floor`, or the stamps that an item
 * takes along as it leaves. Those of a sent item need no place in the record while it stands in the queue.
 */
export function keptStamp(before: readonly Item[], after: readonly Item[], floor: Stamp | null): Stamp | null {
  if (before === after) return floor;
  const gone = before.filter((was) => was.sent && !after.some(({ sent, stamps }) => sent && stamps === was.stamps));
  return newestSent(gone, floor);
}
