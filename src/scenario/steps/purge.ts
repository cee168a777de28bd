import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { duration } from '../language/values.ts';
import { defineVerb } from './verb.ts';

/** Purges tombstones on the server. */
export const purge = defineVerb(z.strictObject({ purge: duration }), {
  name: 'purge',
  about: 'Purges tombstones that are older than this (bare: all): devices that lag behind must resynchronise.',
  actors: ['server'],
  bare: '0s',
  example: 'server: { purge: 30d }',
  needs: () => ['purge'],
  tell: (args) => `purges tombstones older than ${formatDuration(args.purge)}`,
  play: async (args, { stage }) => {
    await stage.server.purge(args.purge);
    return null;
  },
});
