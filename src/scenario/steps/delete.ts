import * as z from 'zod';
import { deleteParts, mentionsOf, tellEdit, writeOptions } from './edit.ts';
import { defineVerb } from './verb.ts';
import { playEdit } from './write.ts';

/** Deletes a row, on a device or as another device of the user on the server. */
export const deletion = defineVerb(z.strictObject({ ...deleteParts, ...writeOptions }), {
  name: 'delete',
  about: 'Deletes a row.',
  actors: ['device', 'server'],
  example: 'phone: { delete: meditation/s1, as: gone }',
  mentions: (args) => mentionsOf(args, args),
  tell: tellEdit,
  play: (args, scene) => playEdit(args, args, scene),
});
