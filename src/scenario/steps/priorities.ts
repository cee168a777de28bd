import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Which devices go first. */
export const priorities = defineVerb(z.strictObject({ priorities: z.array(z.string()) }), {
  name: 'priorities',
  about:
    'From now on devices go in this order: whatever is due for a later one, a message or a timer, waits a quarter of a second longer than for the one before, so that the first gets through while the last lags behind. An empty list makes all alike again, and so does `settle`.',
  actors: ['clock'],
  example: 'clock: { priorities: [tablet, phone] }',
  needs: () => ['priorities'],
  mentions: (args) => ({ devices: args.priorities }),
  tell: (args) => (args.priorities.length === 0 ? 'favours nobody' : `favours ${args.priorities.join(' before ')}`),
  play: (args, { stage }) => {
    stage.clock.prioritise?.(args.priorities);
    return null;
  },
});
