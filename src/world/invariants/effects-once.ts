import type { Invariant } from './invariant.ts';

/** Laws 2 and 9: a change takes effect once, however often it was delivered. */
export const effectsOnce: Invariant = {
  name: 'effects-once',
  claim: 'No change takes effect twice on the server, however often it is sent.',
  atRest: ({ effects }, findings) => {
    for (const [user, counted] of effects) {
      for (const [id, count] of counted) {
        findings.counts();
        if (count > 1) findings.found(`change ${id} of ${user} took effect ${count} times`);
      }
    }
  },
};
