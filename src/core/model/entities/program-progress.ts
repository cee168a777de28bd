import * as z from 'zod/mini';
import { entityType, userField } from '../declare.ts';
import { flagSchema, idSchema, momentSchema, textSchema, wholeSchema } from '../value-schemas.ts';

/** How far a user is in one session of a program they enrolled in. */
export const programProgress = entityType({
  name: 'programProgress',
  about: 'Progress in one session of an enrolment.',
  references: [{ field: 'enrolmentId', entityType: 'guidedMeditation' }],
  fields: {
    enrolmentId: userField(idSchema, { merge: 'server' }),
    sessionId: userField(idSchema, { merge: 'server' }),
    day: userField(wholeSchema(1, 366), { merge: 'server' }),
    /** The furthest point heard, in seconds from the start. */
    positionSec: userField(wholeSchema(0, 86_400), { merge: 'max', initial: 0 }),
    completed: userField(flagSchema, { initial: false }),
    completedAt: userField(z.nullable(momentSchema)),
    notes: userField(z.nullable(textSchema(100_000)), { merge: 'ask' }),
  },
});
