import * as z from 'zod';
import { duration } from '../language/values.ts';
import { failed, type Wait } from '../scene.ts';
import { defineVerb } from './verb.ts';

const schema = z.strictObject({ release: z.string().min(1), within: duration.optional() });

/** How long a message may take to come to its hold, ms: longer than any usual way. */
const reachMaxMs = 60_000;

/** Lets held messages go on. */
export const release = defineVerb(schema, {
  name: 'release',
  about:
    'Lets the messages go on that the fault `hold` keeps under this name. It waits, at most `within` (1m), for one that is still on its way there, and fails when none comes.',
  actors: ['network'],
  example: 'network: { release: first-push }',
  tell: (args) => `releases ${args.release}`,
  play: (args, { stage: { network } }) =>
    ({
      kind: 'wait',
      withinMs: args.within ?? reachMaxMs,
      waitsFor: `a message is held under the name ${args.release}`,
      condition: () => {
        if (network.isHeld(args.release)) return { holds: true };
        return { holds: false, because: `nothing is held under the name ${args.release}` };
      },
      failure: () =>
        network.release(args.release) ? null : failed('step', `nothing is held under the name ${args.release}`),
    }) satisfies Wait,
});
