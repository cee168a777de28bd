import * as z from 'zod';
import type { LogEntry } from '../../core/sync/tables.ts';
import { count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs } from './expectation.ts';
import { judgeRunning } from './running.ts';

const kinds = [
  'coalesced',
  'cancelled',
  'replaced',
  'folded',
  'lost',
  'resolved',
  'dropped',
  'parked',
  'undone',
  'adopted',
  'forked',
  'resynced',
] as const satisfies LogEntry['kind'][];

/** What the device has recorded of changes that took another way than being applied. */
export const log = defineExpectation(z.partialRecord(z.enum(kinds), count), {
  name: 'log',
  about: `How many entries of each kind the device's log holds: ${kinds.join(', ')}. \`lost\` is what a merge recorded of the side that did not survive.`,
  subjects: ['device'],
  example: 'phone: { log: { lost: 1, coalesced: { min: 1 } } }',
  tell: (wanted) =>
    Object.entries(wanted)
      .map(([kind, bounds]) => `log has ${formatCount(bounds)} ${kind}`)
      .join(', '),
  judge: (wanted, subject) =>
    judgeRunning(subject, async (engine) => {
      const entries = await engine.log();
      return Object.entries(wanted).flatMap(([kind, bounds]) => {
        const actual = entries.filter((entry) => entry.kind === kind).length;
        return isWithin(actual, bounds) ? [] : [differs(`log entries ${kind}`, String(actual), formatCount(bounds))];
      });
    }),
});
