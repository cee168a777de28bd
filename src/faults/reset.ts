import * as z from 'zod';
import { type Fault, type Leg, pass } from './fault.ts';

/** The parsed form: on which leg the connection is reset. */
export interface Reset {
  readonly fault: 'reset';
  readonly during: Leg;
}

/** The connection is reset: before the server has the request, or while its answer is on the way. */
export const reset: Fault<Reset> = {
  about: 'The connection is reset on the request leg (the server sees nothing) or on the response leg (work was done).',
  written: z
    .union([z.literal('reset'), z.strictObject({ reset: z.enum(['request', 'response']) })])
    .transform((text) => ({ fault: 'reset', during: text === 'reset' ? 'request' : text.reset })),
  rule: (setting, { leg }) => (leg === setting.during ? { kind: 'drop', seen: 'reset' } : pass),
};
