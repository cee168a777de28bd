import type { Item } from '../queue/item.ts';
import type { Turn } from './turn.ts';

/**
 * Keeps an acknowledged change, so that a server that loses it can be offered it again. What a resolution wrote is kept
 * as an update under the resolution's id; one that wrote nothing is not kept.
 */
export function journal(turn: Turn, item: Item, version: number): void {
  const kept = asAcknowledged(item);
  if (kept === null) return;
  turn.put('journal', {
    id: kept.id,
    item: kept,
    version,
    ackedAt: Math.floor(turn.serverNow()),
    era: turn.meta('server').era,
    lost: false,
  });
}

function asAcknowledged(item: Item): Item | null {
  const body = item.resolution?.body;
  if (body === undefined) return item;
  if (body.outcome === 'withdraw') return null;
  if (body.outcome === 'delete')
    return { ...item, id: body.id, action: 'DELETE', data: null, stamps: body.stamps, resolution: null };
  if (body.data === null && body.increments === undefined) return null;
  return { ...item, id: body.id, action: 'UPDATE', data: body.data, stamps: body.stamps, resolution: null };
}
