import { aroundTheCoreDefects } from './defects/around-the-core.ts';
import { queueAndMergeDefects } from './defects/in-the-queue-and-the-merge.ts';
import { serverDefects } from './defects/in-the-server.ts';
import { syncDefects } from './defects/in-the-sync.ts';
import type { Mutant } from './mutant.ts';

/** A defect that no campaign may let pass: if it is not found at once, nothing else that was measured counts. */
export const canary: Mutant = {
  name: 'canary',
  file: 'src/server/decide/judge-candidates.ts',
  old: 'if (outcome.row !== null) bench.draft.put(outcome.row);',
  new: '',
};

/** Defects that random stories must find, by an invariant and not by a crash. */
export const mutants: readonly Mutant[] = [
  ...syncDefects,
  ...queueAndMergeDefects,
  ...serverDefects,
  ...aroundTheCoreDefects,
];
