import { count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs } from './expectation.ts';
import { judgeRunning } from './running.ts';

/** How many server rows the device keeps aside because it can't use them. */
export const aside = defineExpectation(count, {
  name: 'aside',
  about:
    'How many rows the device keeps aside: of unknown types, breaking the schema, or missing on a restored server.',
  subjects: ['device'],
  example: 'phone: { aside: 0 }',
  tell: (wanted) => `rows kept aside are ${formatCount(wanted)}`,
  judge: (wanted, subject) =>
    judgeRunning(subject, async (engine) => {
      const actual = (await engine.aside()).length;
      return isWithin(actual, wanted) ? [] : [differs('rows kept aside', String(actual), formatCount(wanted))];
    }),
});
