import type { Leaf } from '../../command.ts';
import { exit } from '../../exit.ts';

/** `schema protocol`: the OpenAPI document, as the server gives it at `/openapi.json`. */
export const protocol: Leaf = {
  shape: () => undefined,
  examples: [['schema protocol > openapi.json', 'writes the contract between devices and servers']],
  run: async ({ output }) => {
    const { openApiDocument } = await import('../../../server/http/open-api.ts');
    output.raw(`${JSON.stringify(openApiDocument(), null, 2)}\n`);
    return exit.ok;
  },
};
