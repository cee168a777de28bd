import { faultTable } from '../../src/faults/table.ts';
import type { Expectation } from '../../src/scenario/expectations/expectation.ts';
import { expectations } from '../../src/scenario/expectations/table.ts';
import { verbs } from '../../src/scenario/steps/table.ts';
import type { Verb } from '../../src/scenario/steps/verb.ts';
import { sweepKinds } from '../../src/scenario/sweep/keywords.ts';

/** The parts of docs/scenarios.md that are made from the tables, by the name of their markers. */
export function generatedParts(): Readonly<Record<string, string>> {
  return {
    steps: verbs.map(stepPart).join('\n'),
    expectations: expectations.map(expectationPart).join('\n'),
    faults: Object.entries(faultTable)
      .map(([name, { about }]) => `- \`${name}\`: ${about}`)
      .join('\n'),
    sweeps: [...Object.entries(sweepKinds), ['all', 'all of these, one after the other']]
      .map(([name, about]) => `- \`${name}\`: ${about}`)
      .join('\n'),
  };
}

/** The text with every part between its markers replaced. Throws when a marker is missing. */
export function withGeneratedParts(text: string): string {
  let whole = text;
  for (const [name, part] of Object.entries(generatedParts())) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`docs/scenarios.md has the markers ${begin} and ${end}`);
    whole = `${whole.slice(0, from + begin.length)}\n${part}\n${whole.slice(to)}`;
  }
  return whole;
}

function stepPart({ name, actors, about, bare, example }: Verb): string {
  const short = bare === undefined ? '' : ' Also as a bare word.';
  const heading = `### \`${name}\` (${actors.join(', ')})`;
  return `${heading}\n${about}${short}\n\n\`\`\`yaml\n- ${example.replaceAll('\n', '\n  ')}\n\`\`\`\n`;
}

function expectationPart({ name, subjects, about, example }: Expectation): string {
  const heading = `### ${name === 'row' ? '`type/id`' : `\`${name}\``} (${subjects.join(', ')})`;
  return `${heading}\n${about}\n\n\`\`\`yaml\n- ${example}\n\`\`\`\n`;
}
