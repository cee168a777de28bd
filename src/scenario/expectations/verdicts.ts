import * as z from 'zod';
import { count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs } from './expectation.ts';
import { usersOf } from './running.ts';

/** How many verdicts of each kind the server has stored; repeats of a change count once. */
export const verdicts = defineExpectation(z.partialRecord(z.enum(['applied', 'conflict', 'rejected']), count), {
  name: 'verdicts',
  about:
    'How many verdicts (applied, conflict, rejected) the server has stored for changes and resolutions of all users.',
  subjects: ['server'],
  example: 'server: { verdicts: { applied: 3, rejected: 0 } }',
  needs: () => ['read-server'],
  tell: (wanted) =>
    Object.entries(wanted)
      .map(([status, bounds]) => `${status} verdicts are ${formatCount(bounds)}`)
      .join(', '),
  judge: async (wanted, _, { stage }) => {
    const all = await Promise.all(usersOf(stage.devices.values()).map((user) => stage.server.verdicts(user)));
    return Object.entries(wanted).flatMap(([status, bounds]) => {
      const actual = all.reduce((sum, counts) => sum + counts[status as keyof typeof counts], 0);
      return isWithin(actual, bounds) ? [] : [differs(`${status} verdicts`, String(actual), formatCount(bounds))];
    });
  },
});
