import * as z from 'zod/mini';
import { entityType, userField } from '../declare.ts';
import { idSchema, momentSchema, textSchema, wholeSchema } from '../value-schemas.ts';

const secondsPerDay = 86_400;

/** Completed meditation sessions. The three time fields describe one stretch of time and merge as one unit. */
export const meditation = entityType({
  name: 'meditation',
  about: 'A completed meditation session.',
  units: { times: { fields: ['startedAt', 'completedAt', 'durationSec'], merge: 'latest' } },
  fields: {
    /** Which session of the content was done; the row's own id names this one sitting. */
    sessionId: userField(idSchema, { merge: 'server' }),
    programId: userField(z.nullable(idSchema), { merge: 'server' }),
    startedAt: userField(momentSchema),
    completedAt: userField(momentSchema),
    durationSec: userField(wholeSchema(0, secondsPerDay)),
    rating: userField(z.nullable(wholeSchema(1, 5))),
    mood: userField(z.nullable(z.enum(['calm', 'content', 'focused', 'neutral', 'restless', 'sad', 'tired']))),
    notes: userField(z.nullable(textSchema(100_000)), { merge: 'ask' }),
  },
});
