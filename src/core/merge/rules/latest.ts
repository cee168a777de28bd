import { parseStamp } from '../../clock/stamp.ts';
import type { Clash, Ruling } from '../../model/field.ts';

/**
 * The side meant later wins. Within the simultaneity window (its end included), and when both were meant at once, the
 * server's value stands. A side without a stamp was never set by a user and never wins against one that was.
 * Only the time of a stamp counts: its counter and device order writes of one device, they are no intents.
 */
export function latest(clash: Clash): Ruling {
  if (clash.localStamp === null) return { take: 'server' };
  if (clash.serverStamp === null) return { take: 'local' };
  const aheadMs = parseStamp(clash.localStamp).ms - parseStamp(clash.serverStamp).ms;
  return { take: aheadMs > clash.simultaneityMs ? 'local' : 'server' };
}
