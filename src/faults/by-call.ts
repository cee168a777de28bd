import * as z from 'zod';
import { type CallName, calls } from '../core/protocol/paths.ts';
import { type FaultSetting, faultSchema } from './table.ts';

/** One fault and the call it waits for; null waits for whatever call comes. */
export interface Arming {
  readonly call: CallName | null;
  readonly setting: FaultSetting;
}

const faults = z.union([faultSchema, z.array(faultSchema).min(1)], {
  error: (issue) =>
    faultSchema.safeParse(Array.isArray(issue.input) ? issue.input[0] : issue.input).error?.issues[0]?.message,
});

const names = [...(Object.keys(calls) as CallName[]), 'any'] as const;

/**
 * Faults by the call they wait for, as written after `next:` and `every:`: `{ push: lose-response, any: { delay: 1s } }`.
 * A list hits one transaction after the other when its faults have one name, else the same transaction.
 */
export const faultsByCallSchema = z
  .partialRecord(z.enum(names), faults)
  .refine((byCall) => Object.keys(byCall).length > 0, { error: `name a call: ${names.join(', ')}` })
  .transform((byCall): readonly Arming[] =>
    names.flatMap((name) =>
      [byCall[name] ?? []].flat().map((setting) => ({ call: name === 'any' ? null : name, setting })),
    ),
  );
