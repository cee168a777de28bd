import * as z from 'zod';
import { type Item, type ItemState, itemStates } from '../../core/queue/item.ts';
import { count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs, type Finding } from './expectation.ts';
import { judgeRunning } from './running.ts';

const full = z.strictObject({
  count: count.optional(),
  states: z.partialRecord(z.enum(itemStates), count).optional(),
  codes: z.array(z.string()).optional(),
});
const schema = z
  .union([count, full])
  .transform((value): z.output<typeof full> => ('min' in value ? { count: value } : (value as z.output<typeof full>)));

/** How many items wait, in which states, and the codes of those that are parked. */
export const queue = defineExpectation(schema, {
  name: 'queue',
  about:
    'How many items are in the queue: a number or { min, max }; or { count, states: { parked: 1 }, codes: [invalid_change] }, where codes are those of all parked items, in order of the queue.',
  subjects: ['device'],
  example: 'phone: { queue: { count: 2, states: { parked: 1, pending: 1 }, codes: [parent_gone] } }',
  tell: (wanted) => `queue is ${wanted.count === undefined ? JSON.stringify(wanted) : formatCount(wanted.count)}`,
  judge: (wanted, subject) =>
    judgeRunning(subject, async (engine) => {
      const { items } = await engine.status();
      const total = Object.values(items).reduce((sum, each) => sum + each, 0);
      const findings: Finding[] = [];
      if (wanted.count && !isWithin(total, wanted.count)) {
        findings.push(differs('queue', String(total), formatCount(wanted.count)));
      }
      for (const [state, bounds] of Object.entries(wanted.states ?? {})) {
        const actual = items[state as ItemState];
        if (!isWithin(actual, bounds)) findings.push(differs(`${state} items`, String(actual), formatCount(bounds)));
      }
      return wanted.codes ? [...findings, ...codes(wanted.codes, await engine.queue())] : findings;
    }),
});

function codes(wanted: readonly string[], items: readonly Item[]): readonly Finding[] {
  const parked = items.filter(({ state }) => state === 'parked');
  const actual = parked.map(({ error }) => error?.problem.code ?? 'none').join(', ');
  return actual === wanted.join(', ') ? [] : [differs('parked codes', `[${actual}]`, `[${wanted.join(', ')}]`)];
}
