import * as z from 'zod';
import { stepList } from '../language/nested.ts';
import { defineVerb } from './verb.ts';

const schema = z.strictObject({ repeat: z.int().min(1).max(10_000), steps: stepList });

/** Plays its steps several times, one round after the other. */
export const repeat = defineVerb(schema, {
  name: 'repeat',
  about: 'Plays the steps of `steps` that many times (1 to 10,000), one round after the other.',
  actors: ['story'],
  composite: true,
  example:
    'repeat: 3\nsteps: [ { phone: { update: meditationStats/me, increment: { totalSessions: 1 } } }, { phone: sync } ]',
  tell: (args) => `${args.repeat} times ${args.steps.length === 1 ? 'a step' : `${args.steps.length} steps`}`,
  play: async (args, scene) => {
    for (let round = 0; round < args.repeat; round += 1) {
      const end = await scene.playWatched(args.steps, []);
      if (end !== null) return end;
    }
    return null;
  },
});
