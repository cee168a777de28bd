import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { duration } from '../language/values.ts';
import { defineVerb } from './verb.ts';

/** Slows the network down. */
export const latency = defineVerb(z.strictObject({ latency: duration }), {
  name: 'latency',
  about: 'Sets the one-way delay of every request and every answer from now on.',
  actors: ['network'],
  example: 'network: { latency: 200ms }',
  needs: () => ['latency'],
  tell: (args) => `has a delay of ${formatDuration(args.latency)} each way`,
  play: (args, { stage }) => {
    stage.network.setLatency(args.latency);
    return null;
  },
});
