import * as z from 'zod';
import { label } from '../language/values.ts';
import { defineExpectation, differs, type Finding } from './expectation.ts';
import { deviceOf, judgeRunning } from './running.ts';

const schema = z.union([
  z.string().transform((device): Wanted => ({ device, labels: {} })),
  z.record(label, z.string()).transform((labels): Wanted => ({ device: null, labels })),
]);

interface Wanted {
  readonly device: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** The code that the device shows as the reason why it, or a labelled change, is not settled. */
export const why = defineExpectation(schema, {
  name: 'why',
  about: 'The code that `why` shows for the device as a whole, or for labelled changes; `nothing` when nothing waits.',
  subjects: ['device'],
  example: 'phone: { why: { note: parent_gone } }',
  mentions: ({ labels }) => ({ labels: Object.keys(labels) }),
  tell: ({ device, labels }) => `why is ${device ?? JSON.stringify(labels)}`,
  judge: (wanted, subject, { labels, stage }) =>
    judgeRunning(subject, async (engine) => {
      const findings: Finding[] = [];
      if (wanted.device !== null) {
        const actual = (await engine.why(null))?.code ?? 'nothing';
        if (actual !== wanted.device) findings.push(differs('why', actual, wanted.device));
      }
      const waiting = await engine.queue();
      for (const [name, code] of Object.entries(wanted.labels)) {
        const lines = await labels.lines(name, stage);
        const ids = lines
          .filter(({ device }) => device === deviceOf(subject).name)
          .flatMap(({ changeIds }) => changeIds);
        const id = waiting.find((item) => ids.includes(item.id))?.id;
        const actual = id === undefined ? 'nothing' : ((await engine.why(id))?.code ?? 'nothing');
        if (actual !== code) findings.push({ ...differs(`why of ${name}`, actual, code), label: name });
      }
      return findings;
    }),
});
