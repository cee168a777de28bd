import * as z from 'zod';
import { checkMap, expectationList } from '../language/nested.ts';
import { checksNeed, expectationsNeed, tellChecks, tellExpectation } from './checks.ts';
import { defineVerb } from './verb.ts';

/** Judges one subject at this moment. */
export const expectOfSubject = defineVerb(z.strictObject({ expect: checkMap }), {
  name: 'expect',
  about: 'Judges this actor now, without waiting. Takes every expectation of this actor.',
  actors: ['device', 'server'],
  judges: true,
  example: 'phone: { expect: { queue: 1, meditation/s1: { notes: calm } } }',
  needs: (args) => checksNeed(args.expect),
  tell: (args) => `expect: ${tellChecks(args.expect)}`,
  play: (args, scene) =>
    scene.expectNow([{ subject: scene.subject.name, checks: args.expect, place: args.expect[0]?.place ?? null }]),
});

/** Judges several subjects at this moment. */
export const expectOfAll = defineVerb(z.strictObject({ expect: expectationList }), {
  name: 'expect',
  about: 'Judges several subjects now, without waiting; the list is written as the `expect` at the end of a file.',
  actors: ['story'],
  example: 'expect: [ { phone: { queue: 1 } }, { server: { verdicts: { applied: 0 } } } ]',
  needs: (args) => expectationsNeed(args.expect),
  tell: (args) => `expect: ${args.expect.map(tellExpectation).join('; ')}`,
  play: (args, scene) => scene.expectNow(args.expect),
});
