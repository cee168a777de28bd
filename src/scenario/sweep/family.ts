import { keyedRandom } from '../../lib/keyed-random.ts';
import type { Plan, PlanStep } from '../plan.ts';
import { next } from '../steps/next.ts';

/** What the runs of a family differ in. */
export const familyParts = ['order', 'latency', 'faults'] as const;
export type FamilyPart = (typeof familyParts)[number];

/** A story as a random family: so many runs, each other than the story in these parts. */
export interface Family {
  readonly runs: number;
  readonly vary: readonly FamilyPart[];
}

/** Which run of a family a plan is. */
export interface Variation {
  readonly number: number;
  readonly vary: readonly FamilyPart[];
}

/** Faults that every story should stand: the engine tries again, and nothing is lost. */
const mildFaults = ['lose-request', 'lose-response', 'duplicate', { delay: '3s' }, 'reset', { status: 503 }] as const;
/** A run has one to so many of them. */
const faultsMax = 3;

/**
 * The runs of a story that is a family, numbered from 1; none for other stories. Always the same for a plan and a seed. A
 * run is named as the variants of a sweep are: `run 7`.
 */
export function familyVariants(plan: Plan, seed: string): readonly Plan[] {
  const { family } = plan;
  if (family === null) return [];
  const { runs, vary } = family;
  return Array.from({ length: runs }, (_, at) => {
    const number = at + 1;
    return {
      ...plan,
      steps: vary.includes('faults') ? withFaults(plan, `${seed}/${plan.title}/${number}`) : plan.steps,
      caseValues: { ...plan.caseValues, sweep: `run ${number}` },
      variation: { number, vary },
    };
  });
}

/** The story with a few faults armed in between, for devices and at places that the key draws. */
function withFaults({ steps, devices }: Plan, key: string): readonly PlanStep[] {
  const random = keyedRandom(key);
  const varied = [...steps];
  const count = 1 + random.below(faultsMax, 'faults', 0);
  for (let n = 0; n < count; n += 1) {
    const fault = mildFaults[random.below(mildFaults.length, 'fault', n)];
    const device = devices[random.below(devices.length, 'device', n)];
    if (fault === undefined || device === undefined) continue;
    const args = next.schema.parse({ next: { any: fault } });
    const step = { actor: device.name, verb: next.name, args, place: null };
    varied.splice(random.below(varied.length + 1, 'place', n), 0, step);
  }
  return varied;
}
