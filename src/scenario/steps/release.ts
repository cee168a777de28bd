import * as z from 'zod';
import { failed } from '../scene.ts';
import { defineVerb } from './verb.ts';

/** Lets held messages go on. */
export const release = defineVerb(z.strictObject({ release: z.string().min(1) }), {
  name: 'release',
  about: 'Lets the messages go on that the fault `hold` keeps under this name. It fails when there are none.',
  actors: ['network'],
  example: 'network: { release: first-push }',
  tell: (args) => `releases ${args.release}`,
  play: (args, { stage }) =>
    stage.network.release(args.release) ? null : failed('step', `nothing is held under the name ${args.release}`),
});
