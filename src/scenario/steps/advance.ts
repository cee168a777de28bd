import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { duration } from '../language/values.ts';
import { defineVerb } from './verb.ts';

/** Time passes, and the world lives through it. */
export const advance = defineVerb(z.strictObject({ advance: duration }), {
  name: 'advance',
  about:
    'Lets this much time pass; everything goes on meanwhile. Where something can be waited for, `until` is better.',
  actors: ['clock'],
  example: 'clock: { advance: 10m }',
  tell: (args) => `${formatDuration(args.advance)} pass`,
  play: async (args, { stage }) => {
    await stage.runUntil(() => ({ holds: false, because: 'the time has not passed' }), args.advance);
    return null;
  },
});
