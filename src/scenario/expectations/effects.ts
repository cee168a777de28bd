import * as z from 'zod';
import { count, formatCount, isWithin, label } from '../language/values.ts';
import type { Scene } from '../scene.ts';
import { defineExpectation, differs, type Finding } from './expectation.ts';

/** How often labelled changes took effect on the server: once, whatever was lost, repeated or answered twice. */
export const effects = defineExpectation(z.record(label, count), {
  name: 'effects',
  about:
    'How often each labelled change took effect on the server, counted in its history. A change that lives on under another id (folded, merged) counts under its label; with `all` as actor the label counts over all devices.',
  subjects: ['server'],
  example: 'server: { effects: { note: 1, rating: 1 } }',
  needs: () => ['read-server'],
  mentions: (wanted) => ({ labels: Object.keys(wanted) }),
  tell: (wanted) =>
    Object.entries(wanted)
      .map(([name, bounds]) => `${name} took effect ${formatCount(bounds)} times`)
      .join(', '),
  judge: async (wanted, _, scene) => {
    const findings: Finding[] = [];
    for (const [name, bounds] of Object.entries(wanted)) {
      const actual = await effectsOf(name, scene);
      if (isWithin(actual, bounds)) continue;
      findings.push({ ...differs(`effects of ${name}`, String(actual), formatCount(bounds)), label: name });
    }
    return findings;
  },
});

/** How often a labelled change took effect on the server so far, all ids of its line together. */
export async function effectsOf(name: string, { labels, stage }: Pick<Scene, 'labels' | 'stage'>): Promise<number> {
  let sum = 0;
  for (const { user, changeIds } of await labels.lines(name, stage)) {
    const counted = await stage.server.effects(user, changeIds);
    for (const times of counted.values()) sum += times;
  }
  return sum;
}
