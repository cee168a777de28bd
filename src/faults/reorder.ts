import * as z from 'zod';
import { durationSchema } from './duration-schema.ts';
import { type Fault, type Leg, pass } from './fault.ts';

/** The parsed form: the longest wait for a later message, ms of the story's clock, and the leg that is overtaken. */
export interface Reorder {
  readonly fault: 'reorder';
  readonly withinMs: number;
  readonly leg: Leg;
}

const usualMs = 10_000;

/** A message is overtaken by a later one of the same device. */
export const reorder: Fault<Reorder> = {
  about:
    'The answer (leg: request: the request) arrives after the next one of this device, or at the end of the given time (10s) when none comes.',
  written: z
    .union([
      z.literal('reorder'),
      z.strictObject({ reorder: durationSchema, leg: z.enum(['request', 'response']).optional() }),
    ])
    .transform((text) => ({
      fault: 'reorder',
      withinMs: text === 'reorder' ? usualMs : text.reorder,
      leg: text === 'reorder' ? 'response' : (text.leg ?? 'response'),
    })),
  rule: ({ withinMs, leg: overtaken }, { leg }) => (leg === overtaken ? { kind: 'overtaken', withinMs } : pass),
};
