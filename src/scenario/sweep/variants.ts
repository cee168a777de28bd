import type { OpenStage } from '../../stage/stage.ts';
import type { OpenAudit } from '../audit.ts';
import type { Plan } from '../plan.ts';
import { play } from '../play.ts';
import type { SweepKeyword } from './keywords.ts';
import { disturbancesOf } from './points.ts';
import { Survey } from './survey.ts';

/** What variants are made with. */
export interface SweepOptions {
  readonly keyword: SweepKeyword;
  /** A simulated world, in which the story is played once to find its points. */
  readonly open: OpenStage;
  /** The seed with which the variants will be played. */
  readonly seed: string;
  /** As the variants will be played with it. */
  readonly audit?: OpenAudit;
}

/**
 * The variants of a story: for each of its points the same plan, disturbed there. Always the same ones in the same
 * order for a plan and a seed. None for a story that does not pass undisturbed, and for one that is expected to fail.
 */
export async function sweepVariants(plan: Plan, options: SweepOptions): Promise<readonly Plan[]> {
  if (plan.expectFail !== null) return [];
  const survey = new Survey();
  const { keyword, ...played } = options;
  const { verdict } = await play(plan, {
    ...played,
    open: async (setup) => {
      const stage = await options.open(setup);
      survey.worldStands();
      return stage;
    },
    onRecord: (record) => survey.add(record),
  });
  if (verdict !== 'passed') return [];
  return disturbancesOf(keyword, survey).map((disturbance) => ({
    ...plan,
    caseValues: { ...plan.caseValues, sweep: disturbance.name },
    disturbance,
  }));
}
