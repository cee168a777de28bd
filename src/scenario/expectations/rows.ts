import * as z from 'zod';
import { type Count, count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs, type Finding } from './expectation.ts';
import { judgeRunning, usersOf } from './running.ts';

/** How many live rows of each type a device shows, or the server holds over all users of the story. */
export const rows = defineExpectation(z.record(z.string(), count), {
  name: 'rows',
  about: 'How many live rows of each entity type the device shows, or the server holds for all users of the story.',
  subjects: ['device', 'server'],
  example: 'all: { rows: { guidedMeditation: 1 } }',
  needs: (_, subject) => (subject === 'server' ? ['read-server'] : []),
  mentions: (wanted) => ({ entityTypes: Object.keys(wanted) }),
  tell: (wanted) =>
    Object.entries(wanted)
      .map(([type, bounds]) => `rows of ${type} are ${formatCount(bounds)}`)
      .join(', '),
  judge: async (wanted, subject, { stage }) => {
    const all = Object.entries(wanted).map(async ([entityType, bounds]) => {
      if (subject.kind !== 'server') {
        return judgeRunning(subject, async (engine) =>
          compare(entityType, bounds, (await engine.query({ entityType })).length),
        );
      }
      const users = usersOf(stage.devices.values());
      const held = await Promise.all(users.map((user) => stage.server.rows(user, entityType)));
      return compare(entityType, bounds, held.flat().length);
    });
    return (await Promise.all(all)).flat();
  },
});

function compare(entityType: string, wanted: Count, actual: number): readonly Finding[] {
  return isWithin(actual, wanted) ? [] : [differs(`rows of ${entityType}`, String(actual), formatCount(wanted))];
}
