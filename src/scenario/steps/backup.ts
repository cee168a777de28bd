import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { deviceOf } from '../expectations/running.ts';
import { duration } from '../language/values.ts';
import { failed } from '../scene.ts';
import { restartAfter } from './restart-wait.ts';
import { defineVerb } from './verb.ts';

/** Keeps a copy of a device's data. */
export const backupOfDevice = defineVerb(z.strictObject({ backup: z.literal(true) }), {
  name: 'backup',
  about: "Keeps a copy of the device's data as they are now, as a backup of the phone does; the app goes on.",
  actors: ['device'],
  bare: true,
  example: 'phone: backup',
  needs: () => ['copy-data'],
  tell: () => 'is backed up',
  play: (_, { subject }) => {
    const device = deviceOf(subject);
    device.keepBackup(device.copyData());
    return null;
  },
});

/** Puts the data of a device's last backup in place of its own. */
export const restoreOfDevice = defineVerb(z.strictObject({ restore: duration }), {
  name: 'restore',
  about:
    "Kills the app, puts the data of the device's last `backup` in place of its own, and starts it after this time (bare: at once). What it wrote or learned since is gone from it; what it sent is not gone from the server. The story goes on when it runs.",
  actors: ['device'],
  bare: '0s',
  example: 'phone: { restore: 30s }',
  needs: () => ['copy-data', 'kill'],
  tell: (args) =>
    `is restored from its backup${args.restore === 0 ? '' : ` and started after ${formatDuration(args.restore)}`}`,
  play: async (args, { subject }) => {
    const device = deviceOf(subject);
    const copy = device.backup();
    if (copy === null) return failed('step', `${device.name} has no backup; make one with ${device.name}: backup`);
    await device.loadData(copy);
    return restartAfter(device, args.restore);
  },
});
