import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Ends all partitions. */
export const heal = defineVerb(z.strictObject({ heal: z.literal(true) }), {
  name: 'heal',
  about: 'Ends all partitions.',
  actors: ['network'],
  bare: true,
  example: 'network: heal',
  needs: () => ['partition'],
  tell: () => 'is whole again',
  play: (_, { stage }) => {
    stage.network.heal();
    return null;
  },
});
