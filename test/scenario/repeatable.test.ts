import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textFiles } from '../../src/adapters/node/text-files.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import type { Plan } from '../../src/scenario/plan.ts';
import { play } from '../../src/scenario/play.ts';
import { readScenario, readScenarioText } from '../../src/scenario/read-scenario.ts';
import { openSim } from '../../src/sim/open-sim.ts';
import { openAudit } from '../../src/world/open-audit.ts';

const files = readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join('scenarios', name))
  .sort();
const reading = { registry: gurasRegistry, files: textFiles };

async function hashOf(plan: Plan | undefined): Promise<string> {
  if (plan === undefined) throw new Error('the file gives a plan');
  const { verdict, hash, failures } = await play(plan, { audit: openAudit, open: openSim, seed: '1' });
  expect([verdict, failures.map(({ sentence }) => sentence)]).toEqual(['passed', []]);
  return hash;
}

describe('every shipped scenario in virtual time', () => {
  it.each(files)('%s gives the same trace hash twice, in each of its cases', async (file) => {
    const { plans } = readScenario(file, reading);
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) expect(await hashOf(plan)).toBe(await hashOf(plan));
  });

  it('has another trace hash than any other case', async () => {
    const { plans } = readScenario('scenarios/conflict/an-edit-whose-answer-was-lost-is-not-a-conflict.yaml', reading);
    const hashes = new Set<string>();
    for (const plan of plans) hashes.add(await hashOf(plan));
    expect(hashes.size).toBe(plans.length);
  });
});

/** A value of the smoke story, another one, and what both are. Each stands where it changes no outcome. */
const values = [
  ['a value of a row', 'durationSec: 720', 'durationSec: 721'],
  ['a value that only a body holds', 'sessionId: calm7-4', 'sessionId: calm7-5'],
  ['an increment', 'totalMinutes: 12', 'totalMinutes: 13'],
  ['a name of a row', 's9', 's8'],
  ['a duration', 'restart: 5s', 'restart: 6s'],
] as const;

describe('the trace hash of a story', () => {
  it.each(values)('changes with %s', async (_, old, other) => {
    const text = textFiles.read('scenarios/smoke.yaml') ?? '';
    expect(text).toContain(old);
    const [plan, changed] = [text, text.replaceAll(old, other)].map(
      (version) => readScenarioText('scenarios/smoke.yaml', version, reading).plans[0],
    );
    expect(await hashOf(changed)).not.toBe(await hashOf(plan));
  });
});
