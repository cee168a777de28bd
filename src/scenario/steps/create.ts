import * as z from 'zod';
import { createParts, mentionsOf, tellEdit, writeOptions } from './edit.ts';
import { defineVerb } from './verb.ts';
import { playEdit } from './write.ts';

/** Creates a row, on a device or as another device of the user on the server. */
export const create = defineVerb(z.strictObject({ ...createParts, ...writeOptions }), {
  name: 'create',
  about:
    'Creates a row with the fields of `set`. `type` alone draws the id. `as` names the change for later checks; counters start from 0 and grow by `update`.',
  actors: ['device', 'server'],
  example:
    'phone: { create: meditation/s9, set: { sessionId: s9, startedAt: "2026-01-05T07:00:00Z", completedAt: "2026-01-05T07:10:00Z", durationSec: 600 }, as: session }',
  mentions: (args) => mentionsOf(args, args),
  tell: tellEdit,
  play: (args, scene) => playEdit(args, args, scene),
});
