import * as z from 'zod';
import { expectationList, stepList } from '../language/nested.ts';
import { expectationsNeed, tellExpectation } from './checks.ts';
import { defineVerb } from './verb.ts';

/** Steps during which something must never hold. */
export const never = defineVerb(z.strictObject({ never: expectationList, during: stepList }), {
  name: 'never',
  about: 'Plays the steps of `during`; at no look before, between and within them may any of these expectations hold.',
  actors: ['story'],
  composite: true,
  example:
    'never: [ { phone: { notices: { conflict: { min: 1 } } } } ]\nduring: [ { phone: online }, { all: synced } ]',
  needs: (args) => expectationsNeed(args.never),
  tell: (args) => `never: ${args.never.map(tellExpectation).join('; ')}`,
  play: (args, scene) => scene.playWatched(args.during, args.never),
});
