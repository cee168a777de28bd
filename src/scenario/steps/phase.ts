import * as z from 'zod';
import { defineVerb } from './verb.ts';

/** Begins a part of the story. */
export const phase = defineVerb(z.strictObject({ phase: z.string() }), {
  name: 'phase',
  about: 'Begins a part of the story; reports show it as a heading.',
  actors: ['story'],
  example: 'phase: both edit while the line is bad',
  tell: (args) => args.phase,
  play: (args, scene) => {
    scene.tell('phase', { text: args.phase });
    return null;
  },
});
