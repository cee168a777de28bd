import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { duration } from '../language/values.ts';
import { failed } from '../scene.ts';
import { serverStart } from './server-start.ts';
import { defineVerb } from './verb.ts';

/** Starts a stopped server on its store. */
export const start = defineVerb(z.strictObject({ start: duration }), {
  name: 'start',
  about:
    'Starts the stopped server on the same store, after this time (bare: at once). The story goes on when it answers.',
  actors: ['server'],
  bare: '0s',
  example: 'server: start',
  needs: () => ['stop-server'],
  tell: (args) => (args.start === 0 ? 'is started again' : `is started again after ${formatDuration(args.start)}`),
  play: (args, { stage }) =>
    stage.server.isRunning()
      ? failed('step', 'the server runs already; stop it first')
      : serverStart(stage.server, args.start),
});
