import * as z from 'zod';
import { mentionsOf, tellEdit, updateParts, writeOptions } from './edit.ts';
import { defineVerb } from './verb.ts';
import { playEdit } from './write.ts';

/** Changes fields of a row, on a device or as another device of the user on the server. */
export const update = defineVerb(z.strictObject({ ...updateParts, ...writeOptions }), {
  name: 'update',
  about:
    'Changes fields of a row: `set` values, `increment` counters, `add` and `remove` elements of set fields. `refused: CODE` claims that the device refuses it.',
  actors: ['device', 'server'],
  example: 'phone: { update: meditation/s1, set: { notes: calm }, as: note }',
  mentions: (args) => mentionsOf(args, args),
  tell: tellEdit,
  play: (args, scene) => playEdit(args, args, scene),
});
