import type { Leaf } from '../../command.ts';
import { exit } from '../../exit.ts';

/** `schema fixture`: what editors complete fixture files with. */
export const fixture: Leaf = {
  shape: () => undefined,
  examples: [['schema fixture > fixture.schema.json', 'writes the schema of fixture files']],
  run: async ({ output }) => {
    const { fixtureJsonSchema } = await import('../../../scenario/json-schema.ts');
    output.raw(`${JSON.stringify(fixtureJsonSchema(), null, 2)}\n`);
    return exit.ok;
  },
};
