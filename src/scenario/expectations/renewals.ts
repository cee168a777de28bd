import { count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs } from './expectation.ts';
import { deviceOf } from './running.ts';

/** How often a device asked for a new token: once for all calls that were refused with the old one. */
export const renewals = defineExpectation(count, {
  name: 'renewals',
  about: 'How often the device asked for a new token since the start, granted or refused.',
  subjects: ['device'],
  example: 'phone: { renewals: 1 }',
  needs: () => ['renewal'],
  tell: (wanted) => `renewals of the token are ${formatCount(wanted)}`,
  judge: (wanted, subject) => {
    const actual = deviceOf(subject).renewals();
    return isWithin(actual, wanted) ? [] : [differs('renewals of the token', String(actual), formatCount(wanted))];
  },
});
