import { describe, expect, it } from 'vitest';
import { GoalWatch } from '../../src/explore/goals.ts';
import { type CampaignReport, cleanRunsNeeded, mergeReports, planHash } from '../../src/explore/report.ts';
import { type Job, SeedList, type SeedPlan } from '../../src/explore/seed-list.ts';
import { Tally } from '../../src/explore/tally.ts';
import { tellDivergence } from '../../src/explore/twice.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { openSim } from '../../src/sim/open-sim.ts';
import type { OpenStage } from '../../src/stage/stage.ts';

const plan: SeedPlan = { seed: 's', from: 10, runs: 5, shard: { index: 1, total: 1 }, isTwice: () => false };

function given(list: SeedList, player = 0): readonly Job[] {
  const jobs: Job[] = [];
  for (let job = list.next(player, true); job !== null; job = list.next(player, true)) {
    jobs.push(job);
    list.ended(job, 'h', player);
  }
  return jobs;
}

describe('the seeds of a campaign', () => {
  it('are all played once over its shards, whatever their number', () => {
    const all = [1, 2, 3].flatMap((index) => given(new SeedList({ ...plan, shard: { index, total: 3 } })));
    expect(all.map(({ seed }) => seed).sort()).toEqual(['s/10', 's/11', 's/12', 's/13', 's/14']);
  });

  it('are played again by another player where there is one, and a hash that differs is noticed', () => {
    const list = new SeedList({ ...plan, runs: 1, isTwice: () => true });
    const first = list.next(0, true) as Job;
    expect(list.ended(first, 'h1', 0)).toBe(true);
    const again = list.next(1, true) as Job;
    expect(again).toEqual({ seed: first.seed, isAgain: true });
    expect(list.ended(again, 'h2', 1)).toBe(false);
    expect(list.next(0, true)).toBeNull();
  });

  it('are played again also when no new ones are wanted', () => {
    const list = new SeedList({ ...plan, isTwice: () => true });
    list.ended(list.next(0, true) as Job, 'h', 0);
    expect(list.next(0, false)).toEqual({ seed: 's/10', isAgain: true });
    expect(list.next(0, false)).toBeNull();
  });
});

const clashes = { strong: 1, weak: 2 };
const result = (number: number, claim?: string): Parameters<Tally['add']>[0] => ({
  run: {
    seed: `s/${number}`,
    claims: claim === undefined ? [] : [claim],
    sentences: claim === undefined ? [] : [`${claim} of ${number}`],
    hash: `hash ${number}`,
    storyMs: 100,
    applied: { converged: number },
    clashes,
  },
  story: claim === undefined ? null : { steps: [] },
  reached: ['change sent again'],
});

const results = [result(1), result(2, 'converged'), result(12, 'converged'), result(3, 'no-storm'), result(4)];

function reportOf(part: readonly (typeof results)[number][], index: number): CampaignReport {
  const tally = new Tally();
  for (const one of part) tally.add(one);
  const { failing, ...sum } = tally.sum();
  const violations = failing.map(({ signature, count, run }) => {
    return { signature, count, seed: run.seed, sentences: run.sentences, steps: 0, file: `${run.seed}.yaml` };
  });
  return { plan: 'p', shards: [{ index, total: 3 }], wallMs: 10, ...sum, violations };
}

describe('the parts of a campaign', () => {
  const [one, two, three] = [results.slice(0, 2), results.slice(2, 3), results.slice(3)].map((part, at) =>
    reportOf(part, at + 1),
  ) as [CampaignReport, CampaignReport, CampaignReport];
  const merged = (a: CampaignReport, b: CampaignReport): CampaignReport => {
    const both = mergeReports(a, b);
    if (typeof both === 'string') throw new TypeError(both);
    return both;
  };

  it('merge to the same whole in any order and grouping, with the hash of one campaign in one piece', () => {
    const whole = merged(merged(one, two), three);
    expect(merged(three, merged(two, one))).toEqual(whole);
    expect(whole.traceHash).toBe(reportOf([...results].reverse(), 1).traceHash);
    expect(whole.violations).toMatchObject([
      { signature: 'converged', count: 2, seed: 's/2' },
      { signature: 'no-storm', count: 1, seed: 's/3' },
    ]);
    expect(whole).toMatchObject({
      runs: 5,
      storyMs: 500,
      clashes: { strong: 5, weak: 10 },
      applied: { converged: 22 },
    });
  });

  it('are refused when they belong to two campaigns, or are the same part', () => {
    expect(mergeReports(one, { ...two, plan: 'q' })).toBe('these are parts of two campaigns, p and q');
    expect(mergeReports(one, one)).toBe('shard 1/3 is there twice');
    expect(planHash({ seed: '1' })).not.toBe(planHash({ seed: '2' }));
  });

  it('differ in their hash when two runs change their places', () => {
    const swapped = [result(1), result(2)].map((one, at) => ({ ...one, run: { ...one.run, seed: `s/${2 - at}` } }));
    expect(reportOf(swapped, 1).traceHash).not.toBe(reportOf([result(1), result(2)], 1).traceHash);
  });
});

describe('after a failure', () => {
  it.each([
    [1, 1_000, 4_603],
    [10, 1_000, 459],
    [5, 5, 1],
  ])('of %i in %i runs, %i clean ones make a mend 99 %% sure', (count, runs, needed) => {
    expect(cleanRunsNeeded(count, runs)).toBe(needed);
  });
});

/** A world that answers otherwise from its second opening on. */
function fickle(): OpenStage {
  let opened = 0;
  return (setup) => {
    opened += 1;
    const trace: typeof setup.trace = (record) =>
      setup.trace(opened === 1 ? record : { ...record, atMs: record.atMs + 1 });
    return openSim({ ...setup, trace });
  };
}

describe('a story that is played twice', () => {
  const story: JsonObject = {
    scenario: 'twice',
    registry: 'policies',
    devices: { phone: { user: 'ana' } },
    steps: [{ phone: { put: 'latest/r', set: { value: 'a' } } }, { settle: true }],
    expect: [{ all: { invariants: true } }],
  };

  it('tells the first event that differs', async () => {
    expect(await tellDivergence(story, 's/1', { open: fickle() })).toMatch(/^event \d+ differs: \{.*, then \{/);
    expect(await tellDivergence(story, 's/1', { open: openSim })).toMatch(/are alike/);
  });
});

describe('a goal', () => {
  it('is reached by two devices that edit one field, and not once the server has judged the first', () => {
    const edit = (lane: string, id: string) =>
      ({
        kind: 'edit',
        atMs: 0,
        lane,
        data: { edits: [{ action: 'update', entityType: 't', entityId: 'r', set: { f: 1 } }], changeIds: [id] },
      }) as const;
    const judged = new GoalWatch();
    judged.record(edit('phone', 'a'));
    judged.record({ kind: 'verdict', atMs: 0, lane: 'server', data: { changeId: 'a', status: 'applied' } });
    judged.record(edit('tablet', 'b'));
    expect([...judged.reached]).toEqual([]);
    judged.record(edit('phone', 'c'));
    expect([...judged.reached]).toEqual(['same field edited concurrently']);
  });

  it('is reached when an answer of a committed push is lost', () => {
    const watch = new GoalWatch();
    const call = { callId: 'phone.1.1', call: 'push' };
    watch.record({ kind: 'call', atMs: 0, lane: 'phone', data: { ...call, body: { changes: [{ id: 'a' }] } } });
    watch.record({ kind: 'arrived', atMs: 1, lane: 'server', data: call });
    watch.record({ kind: 'server-commit', atMs: 1, lane: 'server', data: { changeId: 'a' } });
    watch.record({ kind: 'life', atMs: 1, lane: 'tablet', data: { change: 'killed' } });
    watch.record({ kind: 'answer', atMs: 2, lane: 'phone', data: { ...call, outcome: { kind: 'failure' } } });
    expect([...watch.reached]).toEqual(['answer lost after commit']);
  });
});
