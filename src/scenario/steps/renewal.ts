import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { deviceOf } from '../expectations/running.ts';
import { duration } from '../language/values.ts';
import { defineVerb } from './verb.ts';

const schema = z.strictObject({
  renewal: z
    .union([z.literal('refused').transform(() => null), duration], {
      error: 'a renewal takes a duration, like 3s, or is refused',
    })
    .meta({ description: 'how long a renewal takes, or refused' }),
});

/** How the renewal of a device's token goes from now on. */
export const renewal = defineVerb(schema, {
  name: 'renewal',
  about:
    "How the renewal of this device's token goes from now on: it takes this long (0s at first), or it is `refused` until `sign-in`. Tokens are renewed when a call is answered 401, for all waiting calls together.",
  actors: ['device'],
  example: 'phone: { renewal: 3s }',
  needs: () => ['renewal'],
  tell: (args) =>
    args.renewal === null
      ? 'is refused new tokens until it signs in'
      : `gets new tokens after ${formatDuration(args.renewal)}`,
  play: (args, { subject }) => {
    deviceOf(subject).setRenewal(args.renewal);
    return null;
  },
});
