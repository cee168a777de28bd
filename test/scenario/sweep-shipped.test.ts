import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textFiles } from '../../src/adapters/node/text-files.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import type { Plan } from '../../src/scenario/plan.ts';
import { play } from '../../src/scenario/play.ts';
import { readScenario } from '../../src/scenario/read-scenario.ts';
import { sweepVariants } from '../../src/scenario/sweep/variants.ts';
import { openSim } from '../../src/sim/open-sim.ts';
import { openAudit } from '../../src/world/open-audit.ts';

const world = { open: openSim, audit: openAudit, seed: '1' };
const swept = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join('scenarios', name))
  .sort()
  .map((file) => ({ file, plans: readScenario(file, { registry: gurasRegistry, files: textFiles }).plans }))
  .filter(({ plans }) => plans.some(({ sweep }) => sweep !== null));

/** What does not hold in the variants of a plan, and how many there are. */
async function sweepOf(plan: Plan): Promise<{ readonly broken: readonly string[]; readonly count: number }> {
  const variants = await sweepVariants(plan, { ...world, keyword: plan.sweep ?? 'all' });
  const broken: string[] = [];
  for (const variant of variants) {
    const { verdict, failures } = await play(variant, world);
    if (verdict !== 'passed') broken.push(`${variant.disturbance?.name}: ${failures[0]?.sentence ?? verdict}`);
  }
  return { broken, count: variants.length };
}

describe('shipped stories that are to be swept', () => {
  it('are five, so that a run of the folder stays short', () => {
    expect(swept.map(({ file }) => file)).toHaveLength(5);
  });

  it.each(swept)('$file holds at every point', { timeout: 60_000 }, async ({ plans }) => {
    for (const plan of plans) {
      const { broken, count } = await sweepOf(plan);
      expect(broken).toEqual([]);
      expect(count).toBeGreaterThan(20);
    }
  });
});
