import type { Turn } from './turn.ts';

/**
 * Tells what waits for a person, as a life begins. The app may have died in the commit that opened a question or parked a change: then
 * nobody was told, and the question would stay unseen until somebody looks for it.
 */
export function tellWaiting(turn: Turn): void {
  for (const item of turn.scan('items', { index: 'byState', prefix: ['conflict'] })) {
    const { id: changeId, entityType, entityId, state } = item;
    const isAsked = turn.get('conflicts', [changeId]) !== undefined;
    // Another member of its group is asked about.
    if (isAsked) turn.tell({ kind: 'conflict', changeId, entityType, entityId });
    else turn.tell({ kind: 'item', changeId, state, entityType, entityId });
  }
  for (const { id: changeId, entityType, entityId, error } of turn.scan('items', {
    index: 'byState',
    prefix: ['parked'],
  }))
    turn.tell({ kind: 'parked', changeId, code: error?.problem.code ?? '', entityType, entityId });
}
