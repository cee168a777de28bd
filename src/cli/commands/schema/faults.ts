import type { Leaf } from '../../command.ts';
import { exit } from '../../exit.ts';

/** `schema faults`: what editors complete files of faults with. */
export const faults: Leaf = {
  shape: () => undefined,
  examples: [['schema faults > faults.schema.json', 'writes the schema of the files that serve --faults takes']],
  run: async ({ output }) => {
    const { faultsJsonSchema } = await import('../../../scenario/json-schema.ts');
    output.raw(`${JSON.stringify(faultsJsonSchema(), null, 2)}\n`);
    return exit.ok;
  },
};
