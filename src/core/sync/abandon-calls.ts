import { entityOf, flushEntities } from './entity.ts';
import type { Turn } from './turn.ts';

/**
 * Gives up all calls on the wire: they speak for a device name or an epoch that no longer holds, and their answers must
 * not be taken as ones about the new. What they carried is unsettled.
 */
export function abandonCalls(turn: Turn): void {
  const { pull, batches } = turn.state;
  if (pull !== null) turn.effect({ kind: 'abort', callId: pull.callId });
  for (const { callId } of batches) turn.effect({ kind: 'abort', callId });
  turn.update({ pull: null, pullBegan: null, batches: [] });
  unsettleFlight(turn);
}

/** Items that were on the wire have no verdict; they go again under their ids. */
export function unsettleFlight(turn: Turn): void {
  for (const stored of turn.scan('items', { index: 'byState', prefix: ['inFlight'] })) {
    const entity = entityOf(turn, stored);
    const item = entity.item(stored.id);
    if (item?.state === 'inFlight') entity.set({ ...item, state: 'unsettled' });
  }
  flushEntities(turn);
}
