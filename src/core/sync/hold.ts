import type { Item } from '../queue/item.ts';
import { backoffMs } from './backoff.ts';
import type { Entity } from './entity.ts';
import type { Turn } from './turn.ts';

/** Keeps one item back for a while without charging it: the server could not decide about it yet. */
export function holdBack(turn: Turn, entity: Entity, item: Item): void {
  const tries = turn.state.holds[item.id]?.tries ?? 0;
  const delayMs = backoffMs(turn, tries);
  const holds = { ...turn.state.holds, [item.id]: { untilMonoMs: turn.at.monoMs + delayMs, tries: tries + 1 } };
  turn.update({ holds });
  entity.set({ ...item, state: 'unsettled', nextAttemptAt: turn.at.wallMs + delayMs });
}
