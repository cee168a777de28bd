import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import { defineVerb } from './verb.ts';

/** Cuts the phone's line: flight mode, a tunnel. */
export const offline = defineVerb(z.strictObject({ offline: z.literal(true) }), {
  name: 'offline',
  about:
    "Cuts the device's line, as flight mode or a tunnel does. Calls on the wire are reset; what they did stays done.",
  actors: ['device'],
  bare: true,
  example: 'phone: offline',
  tell: () => 'goes offline',
  play: (_, { subject }) => {
    deviceOf(subject).setOnline(false);
    return null;
  },
});
