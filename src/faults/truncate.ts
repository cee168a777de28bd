import * as z from 'zod';
import { type Fault, pass } from './fault.ts';

/** The parsed form: how much of the answer's body is kept, percent, 0 to 99. */
export interface Truncate {
  readonly fault: 'truncate';
  readonly keepPercent: number;
}

/** The answer's body ends too early, in a message that claims to be whole. */
export const truncate: Fault<Truncate> = {
  about: 'The server does the work; only the first part of its JSON arrives, in a message that claims to be whole.',
  written: z
    .union([z.literal('truncate'), z.strictObject({ truncate: z.number().int().min(0).max(99) })])
    .transform((text) => ({ fault: 'truncate', keepPercent: text === 'truncate' ? 50 : text.truncate })),
  rule: (setting, { leg }) => (leg === 'response' ? { kind: 'truncate', keepPercent: setting.keepPercent } : pass),
};
