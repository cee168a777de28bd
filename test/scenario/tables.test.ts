import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { textFiles } from '../../src/adapters/node/text-files.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { expectations } from '../../src/scenario/expectations/table.ts';
import { formatDiagnostic } from '../../src/scenario/language/diagnostic.ts';
import { readScenarioText } from '../../src/scenario/read-scenario.ts';
import { verbs } from '../../src/scenario/steps/table.ts';

const head = `scenario: an example
devices: { phone: { user: ana }, tablet: { user: ana } }
steps:
  - phone: { update: meditation/s1, set: { notes: calm }, as: note }
  - phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
`;

function problems(text: string): readonly string[] {
  const { diagnostics } = readScenarioText('example.yaml', text, { registry: gurasRegistry, files: textFiles });
  return diagnostics.filter(({ severity }) => severity === 'error').map(formatDiagnostic);
}

/** The example with its label taken away where it is one of the two that the examples speak of. */
function stepText(example: string): string {
  return example.replace(/, as: (note|rating)\b/, '').replaceAll('\n', '\n    ');
}

describe('the tables of the language', () => {
  it.each(verbs.map((verb) => [`${verb.name} (${verb.actors.join(', ')})`, verb] as const))(
    'the example of the step %s is taken, and uses it',
    (_, verb) => {
      const text = `${head}  - ${stepText(verb.example)}\n`;
      expect(problems(text)).toEqual([]);
      const { plans } = readScenarioText('example.yaml', text, { registry: gurasRegistry, files: textFiles });
      expect(plans[0]?.steps[2]?.verb).toBe(verb.name);
    },
  );

  it.each(expectations.map((expectation) => [expectation.name, expectation] as const))(
    'the example of the expectation %s is taken, and uses it',
    (name, { example }) => {
      const text = `${head}expect:\n  - ${example}\n`;
      expect(problems(text)).toEqual([]);
      const { plans } = readScenarioText('example.yaml', text, { registry: gurasRegistry, files: textFiles });
      expect(plans[0]?.expect[0]?.checks[0]?.expectation).toBe(name);
    },
  );

  it('no two verbs of one actor and no two expectations have one name', () => {
    const verbNames = verbs.flatMap(({ name, actors }) => actors.map((actor) => `${actor} ${name}`));
    expect(new Set(verbNames).size).toBe(verbNames.length);
    expect(new Set(expectations.map(({ name }) => name)).size).toBe(expectations.length);
  });

  it('the whole files on the page of the language are taken', () => {
    const page = readFileSync('docs/scenarios.md', 'utf8');
    const files = [...page.matchAll(/```yaml file\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
    expect(files.length).toBeGreaterThan(0);
    for (const text of files) expect(problems(text)).toEqual([]);
  });
});
