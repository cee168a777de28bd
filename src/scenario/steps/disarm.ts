import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import { defineVerb } from './verb.ts';

/** Takes back the faults of a device that have not struck. */
export const disarm = defineVerb(z.strictObject({ disarm: z.literal(true) }), {
  name: 'disarm',
  about: 'Takes back all faults armed for this device that have not struck yet: the line is good again.',
  actors: ['device'],
  bare: true,
  example: 'phone: disarm',
  tell: () => 'has a good line again',
  play: (_, { subject }) => {
    deviceOf(subject).disarm();
    return null;
  },
});
