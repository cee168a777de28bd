import * as z from 'zod/mini';
import { counterField, entityType, userField } from '../declare.ts';
import { momentSchema, wholeSchema } from '../value-schemas.ts';

// A counter may pass below 0 for a moment, when a correction arrives before what it corrects.
const sumSchema = z.number().check(z.int());

/** The user's totals, one row. Sums travel as increments, so that two devices add up. */
export const meditationStats = entityType({
  name: 'meditationStats',
  about: "The user's totals.",
  singleton: 'me',
  onDelete: 'edit-wins',
  fields: {
    totalSessions: counterField(sumSchema),
    totalMinutes: counterField(sumSchema),
    longestStreakDays: userField(wholeSchema(0, 100_000), { merge: 'max', initial: 0 }),
    lastSessionAt: userField(z.nullable(momentSchema)),
  },
});
