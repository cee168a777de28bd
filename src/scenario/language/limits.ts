import * as z from 'zod';
import type { Limits } from '../../core/limits.ts';
import { duration, size } from './values.ts';

const whole = z.int().min(1);

type WithoutUnit<Name> = Name extends `${infer Stem}Ms` ? Stem : Name;
/** Names as written: a bound that is renamed in the engine fails to compile here. */
type Written = Partial<Record<WithoutUnit<keyof Limits>, z.ZodType>>;

/** How each bound is named in a scenario, and what it takes. Durations and sizes carry their unit. */
const written = {
  batchCount: whole,
  batchBytes: size,
  batchesInFlight: whole,
  pageRows: whole,
  unsettledAsked: whole,
  poll: duration,
  simultaneity: duration,
  clockLead: duration,
  tombstone: duration,
  journal: duration,
  deviceForgotten: duration,
  maxRetries: z.int().min(0),
  backoffBase: duration,
  backoffMax: duration,
  probe: duration,
  onlineJitter: duration,
  requestTimeout: duration,
  rowBytes: size,
  bodyBytes: size,
} as const satisfies Written;

/** Bounds that differ from the defaults, to the names and units of `core/limits`. */
export const limitsSchema = z
  .strictObject(written)
  .partial()
  .transform((bounds): Partial<Limits> => {
    const named = Object.entries(bounds).map(([name, value]) => [inCode(name), value]);
    return Object.fromEntries(named) as Partial<Limits>;
  })
  .meta({ description: 'bounds of the engine that differ from the defaults' });

const durations = new Set<string>(
  Object.entries(written)
    .filter(([, schema]) => schema === duration)
    .map(([name]) => name),
);

function inCode(name: string): string {
  return durations.has(name) ? `${name}Ms` : name;
}
