import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import type { StageDevice } from '../../stage/device.ts';
import { deviceOf } from '../expectations/running.ts';
import { duration } from '../language/values.ts';
import { failed, type Wait } from '../scene.ts';
import { defineVerb } from './verb.ts';

const schema = z.strictObject({
  suspend: z
    .union([z.literal(true), z.literal('deep')])
    .meta({ description: 'true: the app; deep: the phone too, whose monotonic clock stands still' }),
  resume: duration.optional(),
});

/** Suspends the app. */
export const suspend = defineVerb(schema, {
  name: 'suspend',
  about:
    'Suspends the app, as the system does to one in the background: its timers stand still, and it hears no answer and no change of the line until it is resumed. `deep`: the phone sleeps too, its monotonic clock stands still. With `resume` it goes on after that time, and so does the story; for hours, `jump` the clock in between.',
  actors: ['device'],
  bare: true,
  example: 'phone: { suspend: true, resume: 5m }',
  needs: () => ['suspend'],
  tell: ({ suspend: how, resume: after }) =>
    `is suspended${how === 'deep' ? ' in deep sleep' : ''}${after === undefined ? '' : ` for ${formatDuration(after)}`}`,
  play: (args, { subject }) => {
    const device = deviceOf(subject);
    if (device.engine() === null) return failed('step', `${device.name} is not running; restart it first`);
    if (device.isSuspended()) return failed('step', `${device.name} is suspended already; resume it first`);
    device.suspend({ deep: args.suspend === 'deep' });
    return args.resume === undefined ? null : resumeAfter(device, args.resume);
  },
});

/** Lets a suspended app go on. */
export const resume = defineVerb(z.strictObject({ resume: duration }), {
  name: 'resume',
  about:
    'A suspended app goes on, after this time (bare: at once): timers that fell due fire, answers that came meanwhile are heard. The story goes on then.',
  actors: ['device'],
  bare: '0s',
  example: 'phone: { resume: 10s }',
  needs: () => ['suspend'],
  tell: (args) => (args.resume === 0 ? 'goes on' : `goes on after ${formatDuration(args.resume)}`),
  play: (args, { subject }) => {
    const device = deviceOf(subject);
    return device.isSuspended()
      ? resumeAfter(device, args.resume)
      : failed('step', `${device.name} is not suspended; suspend it first`);
  },
});

/** Longest that an app takes to go on once it may, ms of the story: far more than a loaded machine needs. */
const resumeMaxMs = 30 * 60_000;

function resumeAfter(device: StageDevice, delayMs: number): Wait {
  device.resume(delayMs);
  return {
    kind: 'wait',
    condition: () =>
      device.isSuspended() ? { holds: false, because: `${device.name} is suspended` } : { holds: true },
    withinMs: delayMs + resumeMaxMs,
    waitsFor: `${device.name} goes on`,
  };
}
