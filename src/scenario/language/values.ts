import * as z from 'zod';
import type { EntityKey } from '../../core/ids.ts';
import { durationPattern, formatDuration, parseDuration } from '../../lib/duration.ts';
import type { Json } from '../../lib/json.ts';

const durationSource = durationPattern.source.slice(1, -1);

/** A duration with its unit, to whole ms, 0 or more. */
export const duration = z
  .string({ error: 'a duration is text with a unit, like 250ms, 30s, 2m, 1h30m or 2d' })
  .regex(durationPattern, { error: 'a duration is a number with a unit, like 250ms, 30s, 2m, 1h30m or 2d' })
  .transform((text) => parseDuration(text) ?? 0)
  .meta({ description: 'a duration with its unit: 250ms, 30s, 2m, 1h30m, 2d' });

/** A duration with an optional sign, to whole ms. */
export const offset = z
  .string({ error: 'a clock offset is text with a unit, like 0s, -3h or +2d' })
  .regex(new RegExp(`^[-+]?${durationSource}$`), { error: 'a clock offset is a signed duration, like 0s, -3h or +2d' })
  .transform((text) => {
    const ms = parseDuration(text.replace(/^[-+]/, '')) ?? 0;
    return text.startsWith('-') && ms > 0 ? -ms : ms;
  })
  .meta({ description: 'a clock offset: 0s, -3h, +2d' });

/** `-3h`, `+2d` or `0s`: the text that {@link offset} reads back. */
export function formatOffset(ms: number): string {
  return ms === 0 ? '0s' : `${ms < 0 ? '-' : '+'}${formatDuration(Math.abs(ms))}`;
}

const sizeUnits = { B: 1, kB: 1_000, KiB: 1_024, MB: 1_000_000, MiB: 1_048_576 } as const;

/** A size with its unit (B, kB, KiB, MB, MiB), to whole bytes. */
export const size = z
  .string({ error: 'a size is text with a unit, like 512B, 64kB or 4MiB' })
  .regex(/^\d+(B|kB|KiB|MB|MiB)$/, { error: 'a size is a whole number with a unit, like 512B, 64kB or 4MiB' })
  .transform((text) => {
    const unit = text.replace(/^\d+/, '') as keyof typeof sizeUnits;
    return Number.parseInt(text, 10) * sizeUnits[unit];
  })
  .meta({ description: 'a size with its unit: 512B, 64kB, 4MiB' });

/** A row as `type/id`; the id may hold any character, also slashes. */
export const rowKey = z
  .string({ error: 'a row is written type/id, like meditation/s1' })
  .regex(/^[^/]+\/.+$/s, { error: 'a row is written type/id, like meditation/s1' })
  .transform(splitRow)
  .meta({ description: 'a row as type/id, like meditation/s1' });

/** A new row as `type/id`, or as `type` alone when whoever writes it draws the id. */
export const newRowKey = z
  .string({ error: 'a new row is written type/id, like meditation/s1, or type alone' })
  .regex(/^[^/]+(\/.+)?$/s, { error: 'a new row is written type/id, like meditation/s1, or type alone' })
  .transform((text): { readonly entityType: string; readonly entityId?: string } =>
    text.includes('/') ? splitRow(text) : { entityType: text },
  )
  .meta({ description: 'a new row as type/id, or type alone for an id that is drawn' });

/** Type and id of a `type/id` text. */
export function splitRow(text: string): EntityKey {
  const slash = text.indexOf('/');
  return { entityType: text.slice(0, slash), entityId: text.slice(slash + 1) };
}

/** A label: the name that a story gives to a change with `as`. */
export const label = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, { error: 'a label is a word of letters, digits, - and _' })
  .meta({ description: 'the name of a change, given by `as`' });

/** One label or several. */
export const labels = z.union([label, z.array(label).min(1)]).transform((one) => (Array.isArray(one) ? one : [one]));

/** Field values of a row: anything that JSON can carry. */
export const fieldValues = z
  .record(
    z.string(),
    z.custom<Json>(() => true),
  )
  .meta({ description: 'field values' });

/** Counter fields and what to add to them. */
export const increments = z.record(z.string(), z.int()).meta({ description: 'counter fields and what to add' });

const whole = z.int().min(0);

/** How many: a number, or bounds that may both be given. */
export const count = z
  .union([whole, z.strictObject({ min: whole.optional(), max: whole.optional() })], {
    error: 'how many is a whole number, or { min, max }',
  })
  .transform(
    (value): Count =>
      typeof value === 'number' ? { min: value, max: value } : { min: value.min ?? 0, max: value.max ?? null },
  )
  .meta({ description: 'a number, or { min, max }' });

/** How many are wanted: at least `min`, and at most `max` unless that is null. */
export interface Count {
  readonly min: number;
  readonly max: number | null;
}

/** Whether a number is within the bounds. */
export function isWithin(actual: number, { min, max }: Count): boolean {
  return actual >= min && (max === null || actual <= max);
}

/** `3`, `at least 1`, `at most 2` or `1 to 4`. */
export function formatCount({ min, max }: Count): string {
  if (max === null) return `at least ${min}`;
  if (min === max) return String(min);
  return min === 0 ? `at most ${max}` : `${min} to ${max}`;
}
