import type { JsonObject } from '../../lib/json.ts';
import type { Problem } from '../protocol/messages.ts';
import type { Item } from '../queue/item.ts';
import type { Entity } from './entity.ts';
import type { Turn } from './turn.ts';

/** Keeps a refused change, with the reason, until a person or a new edit does something about it. */
export function park(turn: Turn, entity: Entity, item: Item, problem: Problem): void {
  const error = { kind: 'validation' as const, problem, atMs: turn.at.wallMs };
  entity.set({ ...item, state: 'parked', error, waitsFor: null, nextAttemptAt: null });
  turn.count('parked');
  turn.log('parked', {
    ...entity.key,
    changeId: item.id,
    kept: (item.data ?? null) as JsonObject | null,
    detail: problem.code,
  });
  turn.tell({ kind: 'parked', changeId: item.id, code: problem.code, ...entity.key });
}
