import * as z from 'zod';
import { durationSchema } from './duration-schema.ts';
import { type Fault, type Leg, pass } from './fault.ts';

/** The parsed form: how long, in ms of the story's clock, and on which leg. */
export interface Delay {
  readonly fault: 'delay';
  readonly delayMs: number;
  readonly leg: Leg;
}

/** A message arrives late, but whole. */
export const delay: Fault<Delay> = {
  about: 'The request (leg: response: the answer) arrives later, whole; the device may have given up by then.',
  written: z
    .strictObject({ delay: durationSchema, leg: z.enum(['request', 'response']).optional() })
    .transform((text) => ({ fault: 'delay', delayMs: text.delay, leg: text.leg ?? 'request' })),
  rule: (setting, { leg }) => (leg === setting.leg ? { kind: 'deliver-after', delayMs: setting.delayMs } : pass),
};
