import type { Plan } from '../scenario/plan.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';

/** The plans that have one of the tags (all, when none is named) and, when named, are this case of their file. */
export function choosePlans(
  plans: readonly Plan[],
  { tags, caseNumber }: { readonly tags: readonly string[]; readonly caseNumber: number | undefined },
): readonly Plan[] {
  const known = [...new Set(plans.flatMap((plan) => plan.tags))].sort();
  for (const tag of tags) {
    if (!known.includes(tag))
      throw usageError(
        `no scenario has the tag "${tag}"`,
        known.length === 0 ? 'none has a tag' : suggestWord(tag, known),
      );
  }
  const tagged = tags.length === 0 ? plans : plans.filter((plan) => plan.tags.some((tag) => tags.includes(tag)));
  if (caseNumber === undefined) return tagged;
  const chosen = tagged.filter((plan) => plan.caseNumber === caseNumber);
  if (chosen.length > 0) return chosen;
  const most = tagged.reduce((highest, plan) => Math.max(highest, plan.caseNumber), 0);
  throw usageError(`there is no case ${caseNumber}`, `cases: 1 to ${most}`);
}
