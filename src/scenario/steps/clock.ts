import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import { formatOffset, offset } from '../language/values.ts';
import { defineVerb } from './verb.ts';

/** Sets a device's or the server's clock apart from true time. */
export const clockOfDevice = defineVerb(z.strictObject({ clock: offset }), {
  name: 'clock',
  about: "Sets the device's wall clock to true time plus this offset.",
  actors: ['device'],
  example: 'phone: { clock: -3h }',
  needs: () => ['device-clock'],
  tell: (args) => `has its clock set to true time ${formatOffset(args.clock)}`,
  play: (args, { subject }) => {
    deviceOf(subject).setClock(args.clock);
    return null;
  },
});

/** Steps the server's clock. */
export const clockOfServer = defineVerb(z.strictObject({ clock: offset }), {
  name: 'clock',
  about: "Sets the server's clock to true time plus this offset.",
  actors: ['server'],
  example: 'server: { clock: +10m }',
  needs: () => ['server-clock'],
  tell: (args) => `has its clock set to true time ${formatOffset(args.clock)}`,
  play: async (args, { stage }) => {
    await stage.server.setClock(args.clock);
    return null;
  },
});
