import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { deviceOf } from '../expectations/running.ts';
import { duration } from '../language/values.ts';
import { restartAfter } from './restart-wait.ts';
import { defineVerb } from './verb.ts';

/** Kills the app at this instant. */
export const kill = defineVerb(z.strictObject({ kill: z.literal(true), restart: duration.optional() }), {
  name: 'kill',
  about:
    'Kills the app at this instant: what was committed stays, memory and calls on the wire are gone. With `restart` it starts again after that time, and the story goes on when it runs.',
  actors: ['device'],
  bare: true,
  example: 'phone: { kill: true, restart: 30s }',
  needs: () => ['kill'],
  tell: ({ restart }) =>
    restart === undefined ? 'is killed' : `is killed and restarted after ${formatDuration(restart)}`,
  play: async ({ restart }, { subject }) => {
    const device = deviceOf(subject);
    await device.kill();
    return restart === undefined ? null : restartAfter(device, restart);
  },
});
