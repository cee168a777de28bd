import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { deviceOf } from '../expectations/running.ts';
import { duration } from '../language/values.ts';
import { restartAfter } from './restart-wait.ts';
import { defineVerb } from './verb.ts';

/** Replaces an older app by the current one, on the same data. */
export const upgrade = defineVerb(z.strictObject({ upgrade: duration }), {
  name: 'upgrade',
  about:
    'Kills the app of a device that began with `app: older`, and starts the current one on its data after this time (bare: at once): it brings the queue along, and shows rows that the older one could only keep. The story goes on when it runs.',
  actors: ['device'],
  bare: '0s',
  example: 'phone: { upgrade: 30s }',
  needs: () => ['upgrade'],
  tell: (args) =>
    args.upgrade === 0 ? 'is upgraded' : `is upgraded, and starts after ${formatDuration(args.upgrade)}`,
  play: async (args, { subject }) => {
    const device = deviceOf(subject);
    await device.upgrade();
    return restartAfter(device, args.upgrade);
  },
});
