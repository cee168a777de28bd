import { labels } from '../language/values.ts';
import { effectsOf } from './effects.ts';
import { defineExpectation, type Finding } from './expectation.ts';

/** The server has made labelled changes durable, whether or not anybody was told. */
export const committed = defineExpectation(labels, {
  name: 'committed',
  about: 'The labelled change, or each of a list, has taken effect on the server, whether or not its answer arrived.',
  subjects: ['server'],
  example: 'server: { committed: [note, rating] }',
  needs: () => ['read-server'],
  mentions: (wanted) => ({ labels: wanted }),
  tell: (wanted) => `${wanted.join(', ')} ${wanted.length === 1 ? 'is' : 'are'} committed`,
  judge: async (wanted, _, scene) => {
    const findings: Finding[] = [];
    for (const name of wanted) {
      if ((await effectsOf(name, scene)) > 0) continue;
      findings.push({ text: `has not committed ${name}`, actual: 'not committed', expected: 'committed', label: name });
    }
    return findings;
  },
});
