import * as z from 'zod';
import { durationSchema } from './duration-schema.ts';
import { type Fault, pass } from './fault.ts';

/** The parsed form: how long after its first answer the server gets the request again, ms of the story's clock. */
export interface Duplicate {
  readonly fault: 'duplicate';
  readonly afterMs: number;
}

/** The server gets the request twice, the second copy after the first was answered. */
export const duplicate: Fault<Duplicate> = {
  about: 'The server gets the request twice, the second time after its first answer; the device sees the first answer.',
  written: z
    .union([
      z.literal('duplicate'),
      z.strictObject({ duplicate: z.strictObject({ after: durationSchema.optional() }) }),
    ])
    .transform((text) => ({ fault: 'duplicate', afterMs: text === 'duplicate' ? 0 : (text.duplicate.after ?? 0) })),
  rule: (setting, { leg }) => (leg === 'request' ? { kind: 'twice', afterMs: setting.afterMs } : pass),
};
