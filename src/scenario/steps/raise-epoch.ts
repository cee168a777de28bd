import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Starts a new epoch on the server. */
export const raiseEpoch = defineVerb(z.strictObject({ 'raise-epoch': z.literal(true) }), {
  name: 'raise-epoch',
  about: 'Starts a new epoch on the server, as a restore does: every device must resynchronise.',
  actors: ['server'],
  bare: true,
  example: 'server: raise-epoch',
  needs: () => ['raise-epoch'],
  tell: () => 'starts a new epoch',
  play: async (_, { stage }) => {
    await stage.server.raiseEpoch();
    return null;
  },
});
