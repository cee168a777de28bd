import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { duration } from '../language/values.ts';
import { defineVerb } from './verb.ts';

/** All clocks move ahead at once. */
export const jump = defineVerb(z.strictObject({ jump: duration }), {
  name: 'jump',
  about: 'Moves the clocks of all devices and the server ahead, as if everything had slept; for hours and days.',
  actors: ['clock'],
  example: 'clock: { jump: 40d }',
  needs: () => ['jump'],
  tell: (args) => `${formatDuration(args.jump)} are slept through`,
  play: async (args, { stage }) => {
    await stage.clock.jump(args.jump);
    return null;
  },
});
