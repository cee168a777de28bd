import { type Plan, pointOf } from '../scenario/plan.ts';
import { familyVariants } from '../scenario/sweep/family.ts';
import type { SweepKeyword } from '../scenario/sweep/keywords.ts';
import { sweepVariants } from '../scenario/sweep/variants.ts';
import { openSim } from '../sim/open-sim.ts';
import { openAudit } from '../world/open-audit.ts';
import { usageError } from './exit.ts';
import { suggestWord } from './known-word.ts';

/** Which variants are wanted. */
export interface SweepWanted {
  /** Where the plans will be played: `sim`, `embedded`, or the address of a server. */
  readonly on: string;
  readonly seed: string;
  /** How every story is swept, or null: in virtual time as its file says, elsewhere not at all. */
  readonly sweep: SweepKeyword | null;
  /** The only variants that are wanted, or null: stories and all their variants. */
  readonly point: string | null;
}

/** The plans, each followed by its variants where they are wanted: those of a sweep, and the runs of a family. */
export async function sweepPlans(plans: readonly Plan[], wanted: SweepWanted): Promise<readonly Plan[]> {
  const { on, seed, point } = wanted;
  const all: Plan[] = [];
  for (const plan of plans) {
    const keyword = keywordFor(plan, wanted);
    const variants =
      keyword === null ? [] : await sweepVariants(plan, { keyword, seed, open: openSim, audit: openAudit });
    const runs = on === 'sim' || point !== null ? familyVariants(plan, seed) : [];
    all.push(plan, ...variants, ...runs);
  }
  return point === null ? all : onlyAt(point, all);
}

function keywordFor(plan: Plan, { on, sweep, point }: SweepWanted): SweepKeyword | null {
  if (point !== null) return sweep ?? 'all';
  return sweep ?? (on === 'sim' ? plan.sweep : null);
}

function onlyAt(point: string, plans: readonly Plan[]): readonly Plan[] {
  const chosen = plans.filter((plan) => pointOf(plan) === point);
  if (chosen.length > 0) return chosen;
  const known = [...new Set(plans.flatMap((plan) => pointOf(plan) ?? []))];
  throw usageError(
    `no story has the point "${point}"`,
    known.length === 0 ? 'no story has points' : suggestWord(point, known),
  );
}
