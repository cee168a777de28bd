import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** A remark in the report. */
export const note = defineVerb(z.strictObject({ note: z.string() }), {
  name: 'note',
  about: 'A remark; reports show it at its place.',
  actors: ['story'],
  example: 'note: the answer is lost, the effect is not',
  tell: (args) => args.note,
  play: (args, scene) => {
    scene.tell('note', { text: args.note });
    return null;
  },
});
