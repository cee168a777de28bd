import * as z from 'zod/mini';
import { entityType, userField } from '../declare.ts';
import { flagSchema, wholeSchema } from '../value-schemas.ts';

const clockTimeSchema = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));

/** The user's settings, one row, merged field by field; every setting has a default. */
export const preferences = entityType({
  name: 'preferences',
  about: "The user's settings.",
  singleton: 'me',
  onDelete: 'edit-wins',
  fields: {
    theme: userField(z.enum(['system', 'light', 'dark']), { initial: 'system' }),
    language: userField(z.string().check(z.regex(/^[a-z]{2}(-[A-Z]{2})?$/)), { initial: 'en' }),
    notificationsEnabled: userField(flagSchema, { initial: true }),
    dailyQuote: userField(flagSchema, { initial: true }),
    streakAlerts: userField(flagSchema, { initial: true }),
    newPrograms: userField(flagSchema, { initial: false }),
    /** Local times of day, `HH:MM`. */
    reminderTimes: userField(z.array(clockTimeSchema).check(z.maxLength(24)), { merge: 'set', initial: [] }),
    soundEnabled: userField(flagSchema, { initial: true }),
    hapticsEnabled: userField(flagSchema, { initial: true }),
    sessionLengthMin: userField(wholeSchema(1, 180), { initial: 10 }),
    syncWifiOnly: userField(flagSchema, { initial: false }),
    syncInBackground: userField(flagSchema, { initial: true }),
    downloadWifiOnly: userField(flagSchema, { initial: true }),
  },
});
