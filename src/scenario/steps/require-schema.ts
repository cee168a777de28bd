import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Lets the server refuse older apps. */
export const requireSchema = defineVerb(z.strictObject({ 'require-schema': z.number().int().min(0) }), {
  name: 'require-schema',
  about: 'The server answers 426 from now on to devices with an older version of the data than this.',
  actors: ['server'],
  example: 'server: { require-schema: 2 }',
  needs: () => ['require-schema'],
  tell: (args) => `needs data of version ${args['require-schema']}`,
  play: async (args, { stage }) => {
    await stage.server.requireSchema(args['require-schema']);
    return null;
  },
});
