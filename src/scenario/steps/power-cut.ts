import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { unsyncedMax } from '../../stage/stage.ts';
import { deviceOf } from '../expectations/running.ts';
import { duration } from '../language/values.ts';
import { restartAfter } from './restart-wait.ts';
import { defineVerb } from './verb.ts';

const schema = z.strictObject({
  'power-cut': z
    .union([z.literal(true).transform(() => 0), z.int().min(0).max(unsyncedMax)])
    .meta({ description: `how many of the last commits vanish, at most ${unsyncedMax}; true: none` }),
  restart: duration.optional(),
});

/** Cuts the device's power; the last commits vanish. */
export const powerCut = defineVerb(schema, {
  name: 'power-cut',
  about:
    'Cuts the power of the device at this instant, as a kill, and its last commits vanish, as on a disk that said "synced" too early: this many, counted back over edits, decisions, answers and pages, fewer where the disk has folded them in. With `restart` it boots again after that time, and the story goes on when the app runs.',
  actors: ['device'],
  bare: true,
  example: 'phone: { power-cut: 2, restart: 1m }',
  needs: () => ['power-cut'],
  tell: ({ 'power-cut': lost, restart }) => {
    const loses = lost === 0 ? '' : ` with its last ${lost === 1 ? 'commit' : `${lost} commits`}`;
    return `loses its power${loses}${restart === undefined ? '' : ` and boots after ${formatDuration(restart)}`}`;
  },
  play: async ({ 'power-cut': lost, restart }, { subject }) => {
    const device = deviceOf(subject);
    await device.cutPower(lost);
    return restart === undefined ? null : restartAfter(device, restart);
  },
});
