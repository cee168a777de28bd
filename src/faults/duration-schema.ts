import * as z from 'zod';
import { durationPattern, parseDuration } from '../lib/duration.ts';

/** A written duration (`250ms`, `10s`, `1h30m`), parsed to whole ms. A number without a unit is refused. */
export const durationSchema = z
  .string({ error: 'a duration is text with a unit: 250ms, 10s, 3m, 2h, 1d' })
  .regex(durationPattern, { error: 'a duration is a number with a unit: 250ms, 10s, 3m, 2h, 1d' })
  .transform((text) => parseDuration(text) ?? 0);
