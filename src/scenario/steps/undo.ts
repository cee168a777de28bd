import * as z from 'zod';
import { label } from '../language/values.ts';
import { changeName, mentionsOfChange } from './decide.ts';
import { decideEach } from './decide-each.ts';
import { defineVerb } from './verb.ts';

/** Takes a labelled change back: out of the queue when unsent, by an inverse change when sent. */
export const undo = defineVerb(z.strictObject({ undo: changeName, as: label.optional() }), {
  name: 'undo',
  about: 'Takes a labelled change back: out of the queue when unsent, by an inverse change when sent.',
  actors: ['device'],
  example: 'phone: { undo: note }',
  mentions: (args) => mentionsOfChange(args.undo),
  tell: (args) => `takes back ${args.undo}`,
  play: (args, scene) =>
    decideEach({ name: args.undo, of: 'all', as: args.as, scene, decide: (engine, id) => engine.undo(id) }),
});
