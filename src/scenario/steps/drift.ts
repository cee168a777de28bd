import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import { formatOffset, offset } from '../language/values.ts';
import { defineVerb } from './verb.ts';

/** Lets a device's wall clock go too fast or too slow. */
export const drift = defineVerb(z.strictObject({ drift: offset }), {
  name: 'drift',
  about:
    "The device's wall clock gains this much in each day from now on, or loses it; its monotonic clock stays true.",
  actors: ['device'],
  example: 'phone: { drift: +10m }',
  needs: () => ['device-clock'],
  tell: (args) => `has a clock that drifts by ${formatOffset(args.drift)} a day`,
  play: (args, { subject }) => {
    deviceOf(subject).drift(args.drift);
    return null;
  },
});
