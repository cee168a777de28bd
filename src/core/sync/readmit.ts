import { receive } from './receive.ts';
import type { Turn } from './turn.ts';

/**
 * Takes in what earlier versions of the app could not use, as far as this one can: at every start, so that an upgrade
 * brings it to light without a word from the server. What still can't be used stays where it is.
 */
export function readmit(turn: Turn): void {
  const { era } = turn.meta('server');
  for (const reason of ['unknown-type', 'invalid'])
    for (const { row, era: heldEra } of turn.scan('aside', { index: 'byReason', prefix: [reason] }))
      if (heldEra === era) receive(turn, row);
}
