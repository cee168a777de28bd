import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { type Plan, pointOf } from '../../src/scenario/plan.ts';
import { play } from '../../src/scenario/play.ts';
import { readScenarioData } from '../../src/scenario/read-scenario.ts';
import { familyVariants } from '../../src/scenario/sweep/family.ts';
import { openSim } from '../../src/sim/open-sim.ts';
import { registries } from '../../src/stage/registries.ts';

function planOf(explore: JsonObject): Plan {
  const story: JsonObject = {
    scenario: 'a family',
    registry: 'policies',
    devices: { phone: { user: 'ana' }, tablet: { user: 'ana' } },
    steps: [
      { phone: { put: 'latest/r', set: { value: 'a' } } },
      { tablet: { put: 'latest/r', set: { other: 'b' } } },
      { settle: true },
    ],
    expect: [{ all: { 'latest/r': { value: 'a', other: 'b' } } }],
    explore,
  };
  const files = { read: () => null, beside: (_: string, name: string) => name };
  const { plans, diagnostics } = readScenarioData(story, { registry: registries.guras, files });
  expect(diagnostics).toEqual([]);
  return plans[0] as Plan;
}

const hashOf = async (plan: Plan, seed = '1') => (await play(plan, { open: openSim, seed })).hash;
const distinct = async (plans: readonly Plan[]) => new Set(await Promise.all(plans.map((plan) => hashOf(plan)))).size;

describe('a story that is a family', () => {
  it('has so many runs, each named and other than the story, and all hold', async () => {
    const plan = planOf({ runs: 8 });
    const runs = familyVariants(plan, '1');
    expect(runs.map(pointOf)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `run ${n}`));
    expect(await distinct([plan, ...runs])).toBe(9);
    for (const run of runs) expect((await play(run, { open: openSim, seed: '1' })).verdict).toBe('passed');
  });

  it('has the same runs for the same seed, and others for another', async () => {
    const [first, again, other] = ['1', '1', '2'].map((seed) => familyVariants(planOf({ runs: 1 }), seed)[0] as Plan);
    expect(await hashOf(again as Plan)).toBe(await hashOf(first as Plan));
    expect(other?.steps).not.toEqual(first?.steps);
  });

  it.each([['latency'], ['faults']])('differs in its %s alone where only that is asked for', async (part) => {
    const plan = planOf({ runs: 3, vary: [part] });
    const runs = familyVariants(plan, '1');
    expect(runs.some(({ steps }) => steps.length > plan.steps.length)).toBe(part === 'faults');
    expect(await distinct([plan, ...runs])).toBeGreaterThan(1);
  });
});
