import * as z from 'zod';
import { defineExpectation } from './expectation.ts';

/** What must hold of every story, whatever happened in it, as judged from outside the engine. */
export const invariants = defineExpectation(z.literal(true), {
  name: 'invariants',
  about:
    'Of `all`, at the end: no answered write is lost, doubled or invented, nothing that was deleted comes back, counters count each addition once, groups are whole, all hold the same, and so on. Judged by a ledger of what was written and shown, kept outside the engine. Let the story come to rest first, with `settle`.',
  subjects: ['device'],
  bare: true,
  example: 'all: invariants',
  needs: () => ['read-server'],
  tell: () => 'keeps every invariant',
  judge: () => [],
  judgeTogether: async (_, __, { audit }) => {
    if (audit === null)
      return [{ text: 'can only be judged in the expect at the end of a file', actual: 'none', expected: 'a ledger' }];
    const findings = await audit.findings();
    return findings.map(({ invariant, text }) => ({ text, claim: invariant, actual: text, expected: invariant }));
  },
});
