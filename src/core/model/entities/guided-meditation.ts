import * as z from 'zod/mini';
import { entityType, userField } from '../declare.ts';
import { idSchema, momentSchema, wholeSchema } from '../value-schemas.ts';

/** What an enrolment goes through, first to last; a merge never goes back. */
const enrolmentSteps = ['enrolled', 'active', 'completed'] as const;

/** Enrolments in guided programs: at most one live one per program, so enrolling on two phones gives one. */
export const guidedMeditation = entityType({
  name: 'guidedMeditation',
  about: 'An enrolment in a guided program.',
  naturalKey: ['programId'],
  // Weeks of progress hang on it.
  onDelete: 'ask',
  fields: {
    programId: userField(idSchema, { merge: 'server' }),
    enrolledAt: userField(z.nullable(momentSchema), { merge: 'server' }),
    status: userField(z.enum(enrolmentSteps), { merge: 'forward', order: enrolmentSteps, initial: 'enrolled' }),
    currentDay: userField(wholeSchema(1, 366), { merge: 'max', initial: 1 }),
    completedSessionIds: userField(z.array(idSchema).check(z.maxLength(1_000)), { merge: 'set', initial: [] }),
  },
});
