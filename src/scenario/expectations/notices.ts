import * as z from 'zod';
import { count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs } from './expectation.ts';
import { deviceOf } from './running.ts';

const kinds = ['syncing', 'success', 'failed', 'conflict', 'parked', 'item', 'record', 'status'] as const;

/** How often the user was told something, since the start of the story, in all lives of the app. */
export const notices = defineExpectation(z.partialRecord(z.enum(kinds), count), {
  name: 'notices',
  about: `How often the app was told each kind of notice since the start: ${kinds.join(', ')}.`,
  subjects: ['device'],
  example: 'phone: { notices: { conflict: 1, failed: { max: 2 } } }',
  tell: (wanted) =>
    Object.entries(wanted)
      .map(([kind, bounds]) => `${kind} was told ${formatCount(bounds)} times`)
      .join(', '),
  judge: (wanted, subject) => {
    const seen = deviceOf(subject).notices();
    return Object.entries(wanted).flatMap(([kind, bounds]) => {
      const actual = seen.filter(({ notice }) => notice.kind === kind).length;
      return isWithin(actual, bounds) ? [] : [differs(`${kind} notices`, String(actual), formatCount(bounds))];
    });
  },
});
