import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Lets a replica that lags behind answer reads. */
export const replica = defineVerb(z.strictObject({ replica: z.enum(['lags', 'current']) }), {
  name: 'replica',
  about:
    'Whether reads are answered by a replica that `lags`: it stands still at this instant, while pushes and resolves go to the server itself; or by one that is `current` again.',
  actors: ['server'],
  example: 'server: { replica: lags }',
  needs: () => ['replica'],
  tell: ({ replica: how }) =>
    how === 'lags' ? 'answers reads from a replica that stands still' : 'has a current replica again',
  play: async ({ replica: how }, { stage }) => {
    await stage.server.setLagging(how === 'lags');
    return null;
  },
});
