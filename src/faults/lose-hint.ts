import * as z from 'zod';
import { type Fault, pass } from './fault.ts';

/** The parsed form. */
export interface LoseHint {
  readonly fault: 'lose-hint';
}

/** A hint of the server that rows have changed never arrives. It touches no request: see `meetHint`. */
export const loseHint: Fault<LoseHint> = {
  about: 'A hint of the server that rows have changed never reaches the device, which notices nothing.',
  written: z.literal('lose-hint').transform(() => ({ fault: 'lose-hint' as const })),
  rule: () => pass,
};
