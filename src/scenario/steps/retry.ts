import * as z from 'zod';
import { label } from '../language/values.ts';
import { changeName, mentionsOfChange } from './decide.ts';
import { decideEach } from './decide-each.ts';
import { defineVerb } from './verb.ts';

/** Tries a parked or failed item again. */
export const retry = defineVerb(z.strictObject({ retry: changeName, as: label.optional() }), {
  name: 'retry',
  about: 'Tries a parked or failed item again.',
  actors: ['device'],
  example: 'phone: { retry: note }',
  mentions: (args) => mentionsOfChange(args.retry),
  tell: (args) => `tries again ${args.retry}`,
  play: (args, scene) =>
    decideEach({ name: args.retry, of: 'waiting', as: args.as, scene, decide: (engine, id) => engine.retry(id) }),
});
