import * as z from 'zod';
import { label } from '../language/values.ts';
import { defineExpectation, differs, type Finding } from './expectation.ts';
import { deviceOf, judgeRunning } from './running.ts';

const states = ['pending', 'inFlight', 'unsettled', 'waiting', 'parked', 'failed', 'conflict', 'settled'] as const;

/** Where labelled changes stand in the queue of their device; `settled` when nothing of them waits any more. */
export const items = defineExpectation(z.record(label, z.enum(states)), {
  name: 'items',
  about:
    'The state of labelled changes in the queue of this device; `settled` means nothing of the change waits there.',
  subjects: ['device'],
  example: 'phone: { items: { note: parked } }',
  mentions: (wanted) => ({ labels: Object.keys(wanted) }),
  tell: (wanted) =>
    Object.entries(wanted)
      .map(([name, state]) => `${name} is ${state}`)
      .join(', '),
  judge: (wanted, subject, { labels, stage }) =>
    judgeRunning(subject, async (engine) => {
      const waiting = await engine.queue();
      const findings: Finding[] = [];
      for (const [name, state] of Object.entries(wanted)) {
        const lines = await labels.lines(name, stage);
        const ids = lines
          .filter(({ device }) => device === deviceOf(subject).name)
          .flatMap(({ changeIds }) => changeIds);
        const found = waiting.find(({ id }) => ids.includes(id))?.state;
        const actual = ids.length === 0 ? 'not written here' : (found ?? 'settled');
        if (actual !== state) findings.push({ ...differs(`change ${name}`, actual, state), label: name });
      }
      return findings;
    }),
});
