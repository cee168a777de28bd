import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Cuts devices from the server at the network. */
export const partition = defineVerb(z.strictObject({ partition: z.union([z.string(), z.array(z.string()).min(1)]) }), {
  name: 'partition',
  about: 'Cuts these devices (or `all`) from the server until `heal`. They believe that they are online; calls hang.',
  actors: ['network'],
  example: 'network: { partition: [phone] }',
  needs: () => ['partition'],
  mentions: (args) => ({ devices: [args.partition].flat().filter((name) => name !== 'all') }),
  tell: (args) => `cuts ${[args.partition].flat().join(', ')} from the server`,
  play: (args, { stage }) => {
    const named = [args.partition].flat();
    stage.network.partition(named.includes('all') ? [...stage.devices.keys()] : named);
    return null;
  },
});
