import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { duration } from '../language/values.ts';
import { serverStart } from './server-start.ts';
import { defineVerb } from './verb.ts';

/** Stops the server. */
export const stop = defineVerb(z.strictObject({ stop: z.literal(true), start: duration.optional() }), {
  name: 'stop',
  about:
    'Stops the server: connections are refused. With `start` it answers again after that time, and the story goes on then.',
  actors: ['server'],
  bare: true,
  example: 'server: { stop: true, start: 1m }',
  needs: () => ['stop-server'],
  tell: ({ start }) => (start === undefined ? 'is stopped' : `is stopped for ${formatDuration(start)}`),
  play: async ({ start }, { stage }) => {
    await stage.server.stop();
    return start === undefined ? null : serverStart(stage.server, start);
  },
});
