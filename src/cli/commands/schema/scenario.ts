import type { Leaf } from '../../command.ts';
import { exit } from '../../exit.ts';

/** `schema scenario`: what editors complete scenario files with. */
export const scenario: Leaf = {
  shape: () => undefined,
  examples: [['schema scenario > scenario.schema.json', 'writes the schema that a scenario names in its first line']],
  run: async ({ output }) => {
    const { scenarioJsonSchema } = await import('../../../scenario/json-schema.ts');
    output.raw(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    return exit.ok;
  },
};
