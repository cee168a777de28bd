import * as z from 'zod';
import { label } from '../language/values.ts';
import { changeName, mentionsOfChange } from './decide.ts';
import { decideEach } from './decide-each.ts';
import { defineVerb } from './verb.ts';

/** Takes an item out of the queue for good, into the log; withdrawn from the server first if it may have arrived. */
export const drop = defineVerb(z.strictObject({ drop: changeName, as: label.optional() }), {
  name: 'drop',
  about:
    'Takes an item out of the queue for good, into the log; withdrawn from the server first if it may have arrived.',
  actors: ['device'],
  example: 'phone: { drop: note }',
  mentions: (args) => mentionsOfChange(args.drop),
  tell: (args) => `drops ${args.drop}`,
  play: (args, scene) =>
    decideEach({ name: args.drop, of: 'waiting', as: args.as, scene, decide: (engine, id) => engine.drop(id) }),
});
