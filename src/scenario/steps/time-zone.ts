import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Moves all devices to another time zone. */
export const timeZone = defineVerb(
  z.strictObject({
    'time-zone': z.string().regex(/^(UTC|[A-Z][A-Za-z]+(\/[A-Z][A-Za-z_]+)+)$/, {
      error: 'a time zone by its name, like Asia/Kathmandu or UTC',
    }),
  }),
  {
    name: 'time-zone',
    about:
      'All devices are in this time zone from now on, as their people travel: what local time means for their code. To the end of the story.',
    actors: ['clock'],
    example: 'clock: { time-zone: Asia/Kathmandu }',
    needs: () => ['time-zone'],
    tell: (args) => `is that of ${args['time-zone']} for all devices`,
    play: (args, { stage }) => {
      stage.clock.setTimeZone(args['time-zone']);
      return null;
    },
  },
);
