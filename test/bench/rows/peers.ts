import { armNames } from '../arms/arm.ts';
import { arms } from '../arms/table.ts';
import { median } from '../measure.ts';
import { type Case, type Goal, judge, numbersOf } from '../result.ts';

/** How many times as fast ours is as the fastest of some peers, by medians; NaN when either is missing. */
export function timesFastestPeer(measured: Case, leaveOut: readonly string[] = []): number {
  const peers = armNames.filter((name) => arms[name].isPeer && !leaveOut.includes(name));
  const times = peers.map((name) => median(numbersOf(measured, name, 'ms'))).filter((ms) => !Number.isNaN(ms));
  return times.length === 0 ? Number.NaN : Math.min(...times) / median(numbersOf(measured, 'ours', 'ms'));
}

/** The goal "ahead of every peer". */
export function aheadOfPeers(measured: Case, reps: number): Goal {
  return judge({ text: 'times the fastest peer, > 1', value: timesFastestPeer(measured), atLeast: 1, reps });
}
