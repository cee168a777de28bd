import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { deviceOf } from '../expectations/running.ts';
import { duration } from '../language/values.ts';
import { failed } from '../scene.ts';
import { restartAfter } from './restart-wait.ts';
import { defineVerb } from './verb.ts';

/** Starts a killed app again on its data. */
export const restart = defineVerb(z.strictObject({ restart: duration }), {
  name: 'restart',
  about:
    'Starts an app that was killed, after this time (bare: at once), on the same data. The story goes on when it runs.',
  actors: ['device'],
  bare: '0s',
  example: 'phone: { restart: 5m }',
  needs: () => ['kill'],
  tell: (args) => (args.restart === 0 ? 'is started again' : `is started again after ${formatDuration(args.restart)}`),
  play: (args, { subject }) => {
    const device = deviceOf(subject);
    if (device.engine() !== null) return failed('step', `${device.name} runs already; kill it first`);
    return restartAfter(device, args.restart);
  },
});
