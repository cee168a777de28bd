import type { Backoff } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Delay before the next attempt after `tries` failures (0 or more): full jitter under base × 2^tries, up to the
 * ceiling. At least a quarter of the base, so that a failing server is never asked in a tight loop. In ms.
 */
export function backoffMs(turn: Turn, tries: number): number {
  const { backoffBaseMs, backoffMaxMs } = turn.limits;
  const ceiling = Math.min(backoffMaxMs, backoffBaseMs * 2 ** Math.min(tries, 30));
  return Math.max(Math.floor(backoffBaseMs / 4), turn.below(ceiling + 1));
}

/** What is left of a wait that the server asked for; null when it asked for none, or it is over. */
export function serversWait(turn: Turn): Backoff | null {
  const { backoff } = turn.state;
  return backoff !== null && backoff.floorMonoMs > turn.at.monoMs ? backoff : null;
}
