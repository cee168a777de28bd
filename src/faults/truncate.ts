import * as z from 'zod';
import { type Fault, pass } from './fault.ts';

/** The parsed form: how much of the answer's body is kept, percent, 0 to 99, and whether of its packed bytes. */
export interface Truncate {
  readonly fault: 'truncate';
  readonly keepPercent: number;
  readonly gzip: boolean;
}

/** The answer's body ends too early, in a message that claims to be whole. */
export const truncate: Fault<Truncate> = {
  about:
    'The server does the work; only the first part of its JSON (gzip: true: of the JSON packed with gzip) arrives, in a message that claims to be whole.',
  written: z
    .union([
      z.literal('truncate'),
      z.strictObject({ truncate: z.number().int().min(0).max(99), gzip: z.boolean().optional() }),
    ])
    .transform((text) => ({
      fault: 'truncate',
      keepPercent: text === 'truncate' ? 50 : text.truncate,
      gzip: text === 'truncate' ? false : (text.gzip ?? false),
    })),
  rule: ({ keepPercent, gzip }, { leg }) =>
    leg === 'response' ? { kind: 'truncate', keepPercent, packed: gzip } : pass,
};
