import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Loses the server's stored verdicts. */
export const forgetResults = defineVerb(z.strictObject({ 'forget-results': z.literal(true) }), {
  name: 'forget-results',
  about:
    'Loses the table by which the server knows changes again: all stored verdicts. Rows, history and devices stay, and the history still knows what took effect.',
  actors: ['server'],
  bare: true,
  example: 'server: forget-results',
  needs: () => ['forget-results'],
  tell: () => 'loses its stored verdicts',
  play: async (_, { stage }) => {
    await stage.server.forgetResults();
    return null;
  },
});
