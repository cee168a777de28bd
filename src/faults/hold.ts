import * as z from 'zod';
import { type Fault, type Leg, pass } from './fault.ts';

/** The parsed form: the name to release it by, and the leg that waits. */
export interface Hold {
  readonly fault: 'hold';
  readonly name: string;
  readonly leg: Leg;
}

/** A message waits until the story releases it by name. */
export const hold: Fault<Hold> = {
  about: 'The request (leg: response: the answer) waits on the line until the story releases it by its name.',
  written: z
    .strictObject({ hold: z.string().min(1), leg: z.enum(['request', 'response']).optional() })
    .transform((text) => ({ fault: 'hold', name: text.hold, leg: text.leg ?? 'request' })),
  rule: (setting, { leg }) => (leg === setting.leg ? { kind: 'hold', name: setting.name } : pass),
};
