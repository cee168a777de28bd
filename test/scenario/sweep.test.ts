import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { textFiles } from '../../src/adapters/node/text-files.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { formatDiagnostic } from '../../src/scenario/language/diagnostic.ts';
import type { Plan } from '../../src/scenario/plan.ts';
import { play } from '../../src/scenario/play.ts';
import { readScenarioText } from '../../src/scenario/read-scenario.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import { sweepKeywords } from '../../src/scenario/sweep/keywords.ts';
import { sweepVariants } from '../../src/scenario/sweep/variants.ts';
import { openSim } from '../../src/sim/open-sim.ts';
import type { OpenStage } from '../../src/stage/stage.ts';

const world = { open: openSim, seed: '1' };

/** One edit of a phone that reaches the server; the phone is offline when its app starts. */
const story = `scenario: an edit arrives
devices: { phone: { user: ana, offline: true } }
fixtures: { ana: [fixtures/ana.yaml] }
steps:
  - phone: online
  - all: { until: synced }
  - phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
  - all: { until: synced }
expect:
  - server: { effects: { rating: 1 } }
`;

function planOf(text: string): Plan {
  const { plans, diagnostics } = readScenarioText('a.yaml', text, { registry: gurasRegistry, files: textFiles });
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  const [plan] = plans;
  if (plan === undefined) throw new Error('the text gives a plan');
  return plan;
}

async function namesOf(text: string, keyword: (typeof sweepKeywords)[number]): Promise<readonly string[]> {
  const variants = await sweepVariants(planOf(text), { ...world, keyword });
  return variants.map(({ disturbance }) => disturbance?.name ?? '');
}

async function playAll(plans: readonly Plan[], open: OpenStage = openSim): Promise<readonly RunResult[]> {
  const results: RunResult[] = [];
  for (const plan of plans) results.push(await play(plan, { ...world, open }));
  return results;
}

describe('the variants of a sweep', () => {
  it('kill each running app before each step and before the end', async () => {
    expect(await namesOf(story, 'crash-at-every-step')).toEqual([
      'kill phone before step 1',
      'kill phone before step 2',
      'kill phone before step 3',
      'kill phone before step 4',
      'kill phone before the end',
    ]);
  });

  it('strike both legs of each request that the story makes', async () => {
    const names = await namesOf(story, 'lose-every-leg');
    expect(names.slice(0, 2)).toEqual(['lose pull 1 of phone', 'lose the answer of pull 1 of phone']);
    expect(names).toContain('lose push 1 of phone');
    expect(names).toContain('lose the answer of push 1 of phone');
    expect(await namesOf(story, 'expire-token-at-every-request')).toHaveLength(names.length / 2);
  });

  it('kill the app in each commit that keeps an answer', async () => {
    const names = await namesOf(story, 'crash-at-every-answer');
    expect(names).toContain('kill phone before it keeps the answer of push 1');
    expect(names).toContain('kill phone right after it keeps the answer of push 1');
  });

  it('fail each write that the app makes by itself, once', async () => {
    const names = await namesOf(story, 'fail-every-write');
    expect(names.every((name) => /^fail write \d+ of phone \((outcome|timer|online|request|start)\)$/.test(name))).toBe(
      true,
    );
    expect(names.filter((name) => name.includes('(outcome)')).length).toBeGreaterThan(1);
    const kept = await namesOf(story, 'crash-at-every-answer');
    expect(names.length).toBeGreaterThanOrEqual(kept.length / 2);
  });

  it('of all are those of each way, one way after the other, always the same', async () => {
    const ways = sweepKeywords.filter((keyword) => keyword !== 'all');
    const each = await Promise.all(ways.map((keyword) => namesOf(story, keyword)));
    const all = await namesOf(story, 'all');
    expect(all).toEqual(each.flat());
    expect(new Set(all).size).toBe(all.length);
    expect(await namesOf(story, 'all')).toEqual(all);
  });

  it('leave a dead app and requests that the story disturbs itself alone', async () => {
    const bad = story.replace(
      '  - phone: { update',
      '  - phone: { next: { push: lose-response } }\n  - phone: { update',
    );
    expect(await namesOf(bad, 'lose-every-leg')).not.toContain('lose push 1 of phone');
    expect(await namesOf(bad, 'lose-every-leg')).toContain('lose push 2 of phone');
    const dead = `${story.split('expect:')[0]}  - phone: kill\n  - phone: restart\n  - all: { until: synced }\n`;
    const kills = await namesOf(dead, 'crash-at-every-step');
    expect(kills).toContain('kill phone before step 5');
    expect(kills).not.toContain('kill phone before step 6');
  });

  it('are none where the story itself does not hold, or is expected to fail', async () => {
    expect(await namesOf(story.replace('rating: 1', 'rating: 2'), 'all')).toEqual([]);
    expect(await namesOf(`${story.replace('rating: 1', 'rating: 2')}expect-fail: effects\n`, 'all')).toEqual([]);
  });
});

describe('a variant', () => {
  it('is disturbed once at its point, says so, and holds', async () => {
    const variants = await sweepVariants(planOf(story), { ...world, keyword: 'all' });
    for (const { plan, verdict, story: told, failures } of await playAll(variants)) {
      const name = String(plan.caseValues.sweep);
      expect([name, verdict, failures]).toEqual([name, 'passed', []]);
      const struck = told.filter(
        ({ kind, data }) => kind === 'fault' || data.change === 'killed' || data.change === 'fails a write',
      );
      expect([name, struck.length]).toEqual([name, 1]);
      expect(told.find(({ kind }) => kind === 'note')?.data).toEqual({ text: `sweep: ${name}` });
    }
  });

  it('is the story itself up to its point, with another end', async () => {
    const plan = planOf(story);
    const [first] = await sweepVariants(plan, { ...world, keyword: 'expire-token-at-every-request' });
    const [whole, variant] = await playAll([plan, first ?? plan]);
    const calls = (run: RunResult | undefined) =>
      (run?.story ?? []).filter(({ kind }) => kind === 'call').map(({ atMs, data }) => [atMs, data.callId]);
    expect(calls(variant)[0]).toEqual(calls(whole)[0]);
    expect(variant?.hash).not.toBe(whole?.hash);
  });

  it('of a story that hangs on one request fails, and tells what does not hold', async () => {
    const brittle = `${story}  - phone: { requests: { push: 1 } }\n`;
    const variants = await sweepVariants(planOf(brittle), { ...world, keyword: 'lose-every-leg' });
    const failed = (await playAll(variants)).filter(({ verdict }) => verdict === 'failed');
    expect(failed.map(({ plan }) => plan.caseValues.sweep)).toEqual([
      'lose push 1 of phone',
      'lose the answer of push 1 of phone',
    ]);
    expect(failed[0]?.failures[0]?.sentence).toBe('phone has push requests 2, not 1');
  });

  it('that does not come to its point counts as skipped, not as passed', async () => {
    const plan = planOf(story);
    const [variant] = await sweepVariants(plan, { ...world, keyword: 'lose-every-leg' });
    if (variant?.disturbance?.kind !== 'fault') throw new Error('the sweep has a variant');
    const disturbance = { ...variant.disturbance, name: 'lose push 99 of phone', request: 99 };
    const [result] = await playAll([{ ...variant, disturbance }]);
    expect([result?.verdict, result?.reason]).toEqual([
      'skipped',
      'the story did not come to its point: lose push 99 of phone',
    ]);
  });

  it('is skipped by a world that can not disturb so', async () => {
    const [variant] = await sweepVariants(planOf(story), { ...world, keyword: 'crash-at-every-step' });
    const open: OpenStage = async (setup) => {
      const stage = await openSim(setup);
      const abilities = new Set([...stage.abilities].filter((ability) => ability !== 'kill'));
      return new Proxy(stage, {
        get: (target, key) => {
          if (key === 'abilities') return abilities;
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    const [result] = await playAll(variant === undefined ? [] : [variant], open);
    expect([result?.verdict, result?.reason]).toEqual(['skipped', expect.stringContaining("can't kill a device")]);
  });
});

describe('an app that dies as it keeps an answer', () => {
  it.each(['before it keeps', 'right after it keeps'])(
    '%s it, starts again, and sends nothing twice',
    async (moment) => {
      const variants = await sweepVariants(planOf(story), { ...world, keyword: 'crash-at-every-answer' });
      const at = variants.filter(
        ({ disturbance }) => disturbance?.name === `kill phone ${moment} the answer of push 1`,
      );
      const [result] = await playAll(at);
      const lives = (result?.story ?? []).filter(({ kind }) => kind === 'life').map(({ data }) => data.change);
      expect([result?.verdict, lives]).toEqual(['passed', ['started', 'killed', 'started']]);
    },
  );
});

describe('the sweep on the page of the language', () => {
  it('holds at every point', async () => {
    const page = readFileSync('docs/scenarios.md', 'utf8');
    const files = [...page.matchAll(/```yaml file\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
    const plans = files.map(planOf).filter(({ sweep }) => sweep !== null);
    expect(plans).toHaveLength(1);
    for (const plan of plans) {
      const variants = await sweepVariants(plan, { ...world, keyword: plan.sweep ?? 'all' });
      const results = await playAll(variants);
      expect(results.filter(({ verdict }) => verdict !== 'passed').map((run) => run.plan.caseValues.sweep)).toEqual([]);
      expect(results.length).toBeGreaterThan(30);
    }
  });
});
