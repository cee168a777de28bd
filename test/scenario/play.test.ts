import { describe, expect, it } from 'vitest';
import { textFiles } from '../../src/adapters/node/text-files.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { play } from '../../src/scenario/play.ts';
import { readScenarioText } from '../../src/scenario/read-scenario.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import type { Stage } from '../../src/stage/stage.ts';
import type { TraceRecord } from '../../src/trace/record.ts';
import { type FakeOptions, FakeStage } from './fake-stage.ts';

interface Played {
  readonly result: RunResult;
  readonly stage: FakeStage;
  readonly records: readonly TraceRecord[];
}

const head = `scenario: a claim
devices: { phone: { user: ana }, tablet: { user: ana } }
fixtures: { ana: [ { rows: { meditation: { s1: { rating: 3, notes: null } } } } ] }
`;

async function playText(text: string, options: FakeOptions & { readonly seed?: string } = {}): Promise<Played> {
  const { plans, diagnostics } = readScenarioText('a.yaml', text, { registry: gurasRegistry, files: textFiles });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [plan] = plans;
  if (plan === undefined) throw new Error('the text gives a plan');
  const stages: FakeStage[] = [];
  const records: TraceRecord[] = [];
  const open = (setup: ConstructorParameters<typeof FakeStage>[0]): Promise<Stage> => {
    stages.push(new FakeStage(setup, options));
    return Promise.resolve(stages[0] as Stage);
  };
  const result = await play(plan, { open, seed: options.seed ?? '1', onRecord: (record) => records.push(record) });
  return { result, stage: stages[0] as FakeStage, records };
}

function story(steps: readonly string[], expected: readonly string[] = []): string {
  const list = (items: readonly string[]) => items.map((item) => `  - ${item}\n`).join('');
  return `${head}steps:\n${list(steps)}${expected.length === 0 ? '' : `expect:\n${list(expected)}`}`;
}

const note = 'phone: { update: meditation/s1, set: { notes: calm }, as: note }';

describe('playing a plan', () => {
  it('a story that holds passes, its world is closed, and time passes only in waits', async () => {
    const { result, stage } = await playText(
      story(
        ['all: synced', note, 'server: { until: { committed: note } }', 'all: synced'],
        ['all: { meditation/s1: { notes: calm, rating: 3 }, queue: 0 }', 'server: { effects: { note: 1 } }'],
      ),
    );
    expect(result).toMatchObject({ verdict: 'passed', failures: [], stepsPlayed: 4, expectationsJudged: 2 });
    expect(stage.isClosed).toBe(true);
    expect(stage.nowMs).toBeGreaterThan(0);
    expect(stage.nowMs).toBeLessThan(5_000);
  });

  it('a wrong expectation names who differs, who does not, and why', async () => {
    const { result } = await playText(
      story(
        [
          note,
          'server: { until: { committed: note } }',
          'tablet: offline',
          'phone: offline',
          'tablet: { update: meditation/s1, set: { rating: 5 } }',
        ],
        ['all: { meditation/s1: { rating: 3 } }'],
      ),
    );
    expect(result.verdict).toBe('failed');
    expect(result.failures).toHaveLength(1);
    expect(result.failures[0]).toMatchObject({
      claim: 'row',
      sentence: 'tablet has meditation/s1 rating 5, not 3',
      holding: ['phone'],
      place: { file: 'a.yaml', line: 11, col: 5 },
    });
    expect(result.failures[0]?.why).toMatch(
      /^note: written on phone at 0:00:00.000, .*applied on the server at .*; meditation\/s1: written on tablet at /,
    );
  });

  it('all expectations at the end are judged, each failure noted', async () => {
    const { result } = await playText(
      story(
        ['phone: offline', note],
        ['phone: { queue: 0 }', 'tablet: { queue: 0 }', 'server: { effects: { note: 1 } }'],
      ),
    );
    expect(result.failures.map(({ sentence }) => sentence)).toEqual([
      'phone has queue 1, not 0',
      'server has effects of note 0, not 1',
    ]);
    expect(result.expectationsJudged).toBe(3);
  });

  it('a wait that passes its deadline fails with what still differs, and stops the story', async () => {
    const { result, stage } = await playText(
      story(
        ['phone: offline', note, 'server: { until: { committed: note }, within: 2m }', 'phone: online'],
        ['phone: { queue: 0 }'],
      ),
    );
    expect(result.failures).toHaveLength(1);
    expect(result.failures[0]?.sentence).toBe(
      'server has not committed note; waited 0:02:00.000 for: server note is committed',
    );
    expect(result.failures[0]?.why).toBe('note: written on phone at 0:00:00.000');
    expect(stage.nowMs).toBe(120_000);
    expect(result.stepsPlayed).toBe(3);
  });

  it('an effect that the server forgot is seen, whatever the device believes', async () => {
    const { result } = await playText(
      story([note, 'phone: { until: { queue: 0 } }'], ['server: { effects: { note: 1 } }']),
      { forgets: true },
    );
    expect(result.failures.map(({ claim }) => claim)).toEqual(['effects']);
  });

  it('a lost answer is repeated and told in the why line', async () => {
    const { result } = await playText(
      story(
        ['phone: offline', note, 'phone: { online: true, next: { push: lose-response } }', 'all: synced'],
        ['server: { effects: { note: 2 } }'],
      ),
    );
    expect(result.failures[0]?.why).toMatch(
      /sent at .*, applied on the server at .*, no answer \(reset\) at .*, sent again at /,
    );
  });

  it('an unexpected refusal fails the step, an expected one holds, a missing one fails', async () => {
    const bad = 'phone: { update: meditation/s1, set: { rating: 7 } }';
    expect((await playText(story([bad]))).result.failures[0]?.sentence).toBe(
      'the write was refused: invalid_change (rating: at most 5)',
    );
    expect((await playText(story([bad.replace(' }', ' }, refused: invalid_change')]))).result.verdict).toBe('passed');
    expect(
      (await playText(story([bad.replace(' }', ' }, refused: too_large')]))).result.failures[0]?.sentence,
    ).toContain('not with too_large');
    const fine = 'phone: { update: meditation/s1, set: { rating: 4 }, refused: true }';
    expect((await playText(story([fine]))).result.failures[0]?.claim).toBe('refused');
  });

  it('a killed app can do nothing until it runs again, with its queue', async () => {
    const dead = await playText(story(['phone: offline', note, 'phone: kill', note.replace('as: note', 'as: other')]));
    expect(dead.result.failures[0]?.sentence).toBe('phone is not running; restart it first');
    const back = await playText(
      story([
        'phone: offline',
        note,
        'phone: { kill: true, restart: 30s }',
        'phone: { expect: { queue: 1 } }',
        'phone: online',
        'all: synced',
      ]),
    );
    expect(back.result.failures).toEqual([]);
    expect(back.stage.devices.get('phone')?.lives()).toBe(2);
    expect(back.stage.nowMs).toBeGreaterThanOrEqual(30_000);
  });

  it('a sync step waits for its outcome, and may claim it', async () => {
    const manual = story(
      [
        'phone: offline',
        note,
        'phone: { sync: push, outcome: failed }',
        'phone: online',
        'phone: { sync: all, outcome: ok }',
      ],
      ['phone: { queue: 0 }'],
    ).replace('phone: { user: ana }', 'phone: { user: ana, sync: manual }');
    expect((await playText(manual)).result.failures).toEqual([]);
    const wrong = manual.replace('outcome: failed', 'outcome: ok');
    expect((await playText(wrong)).result.failures[0]?.sentence).toBe('the sync failed: no line');
  });

  it('steps together begin at one instant', async () => {
    const { result, records } = await playText(
      story([
        'together: [ { phone: sync }, { tablet: sync }, { phone: { kill: true, restart: 10s } } ]',
        'all: synced',
      ]),
    );
    expect(result.failures).toEqual([]);
    const begun = records.filter(
      ({ kind, data }) =>
        kind === 'step' && /sync|kill/.test(String(data.text)) && !String(data.text).startsWith('all'),
    );
    expect(begun.map(({ atMs }) => atMs)).toEqual([0, 0, 0]);
  });

  it('what must never be is seen in the middle of a wait', async () => {
    const watched = 'never: [ { server: { committed: note } } ]\n    during: [ { phone: online }, { all: synced } ]';
    const { result } = await playText(story(['phone: offline', note, watched]));
    expect(result.failures.map(({ claim, sentence }) => `${claim}: ${sentence}`)).toEqual([
      'never: server note is committed, which must never be',
    ]);
    const { result: good } = await playText(
      story([
        'phone: offline',
        note,
        'never: [ { server: { committed: note } } ]\n    during: [ { clock: { advance: 1m } } ]',
        'phone: online',
        'all: synced',
      ]),
    );
    expect(good.failures).toEqual([]);
  });
});

describe('verdicts', () => {
  it('a plan that needs what its stage lacks is skipped whole, with the reason and the place', async () => {
    const { result, stage } = await playText(story([note, 'phone: { kill: true }', 'all: synced']), {
      lacks: ['kill'],
    });
    expect(result).toMatchObject({ verdict: 'skipped', failures: [], stepsPlayed: 0 });
    expect(result.reason).toBe(
      "sim can't kill a device at an instant and start it again on the same data (a.yaml:6:5)",
    );
    expect(stage.isClosed).toBe(true);
  });

  it.each([
    ['a fault', ['phone: { next: { push: lose-response } }', 'all: synced'], 'fault:lose-response'],
    ['a nested step', ['together: [ { phone: kill } ]', 'all: synced'], 'kill'],
    ['an expectation', ['server: { until: { committed: note } }', note], 'read-server'],
    ['fixtures', ['all: synced'], 'seed-rows'],
  ] as const)('%s that the stage lacks skips the plan', async (_, steps, ability) => {
    expect((await playText(story(steps), { lacks: [ability] })).result.verdict).toBe('skipped');
  });

  it('an expected failure passes by its claim alone, and turns red when it holds', async () => {
    const failing = story(['phone: offline', note], ['phone: { queue: 0 }']);
    expect((await playText(`${failing}expect-fail: queue\n`)).result).toMatchObject({
      verdict: 'passed',
      reason: 'queue fails, as expected',
      failures: [],
    });
    expect((await playText(`${failing}expect-fail: row\n`)).result.verdict).toBe('failed');
    const holding = await playText(`${story(['all: synced'])}expect-fail: queue\n`);
    expect(holding.result).toMatchObject({ verdict: 'failed', failures: [{ claim: 'expect-fail' }] });
  });

  it('the world is closed when something breaks in it', async () => {
    const { plans } = readScenarioText('a.yaml', story(['all: synced']), { registry: gurasRegistry, files: textFiles });
    const stages: FakeStage[] = [];
    const open = (setup: ConstructorParameters<typeof FakeStage>[0]): Promise<Stage> => {
      const stage = new FakeStage(setup);
      stage.runUntil = () => Promise.reject(new Error('broken'));
      stages.push(stage);
      return Promise.resolve(stage);
    };
    const [plan] = plans;
    if (plan === undefined) throw new Error('the text gives a plan');
    await expect(play(plan, { open, seed: '1' })).rejects.toThrow('broken');
    expect(stages[0]?.isClosed).toBe(true);
  });
});

describe('the trace hash', () => {
  const text = story(
    ['phone: offline', note, 'phone: online', 'all: synced'],
    ['all: { meditation/s1: { notes: calm } }'],
  );

  it('is the same for the same plan and seed', async () => {
    expect((await playText(text)).result.hash).toBe((await playText(text)).result.hash);
  });

  it('is another one when one value of the file, or the seed, is another', async () => {
    const { hash } = (await playText(text)).result;
    expect((await playText(text.replaceAll('calm', 'calmer'))).result.hash).not.toBe(hash);
    expect((await playText(text, { seed: '2' })).result.hash).not.toBe(hash);
  });

  it('seeded orders follow the seed', async () => {
    const shuffled = story([
      `together: [ ${['a', 'b', 'c', 'd', 'e'].map((id) => `{ phone: { create: meditation/${id} } }`).join(', ')} ]\n    orders: seeded`,
      'all: synced',
    ]);
    const orders = await Promise.all(
      ['1', '2', '3', '4', '1'].map(async (seed) =>
        (await playText(shuffled, { seed })).records
          .flatMap(({ kind, data }) => (kind === 'edit' ? JSON.stringify(data.edits) : []))
          .join(),
      ),
    );
    expect(orders[0]).toBe(orders[4]);
    expect(new Set(orders).size).toBeGreaterThan(2);
  });
});
