import { describe, expect, it } from 'vitest';
import { textFiles } from '../../src/adapters/node/text-files.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { formatDiagnostic } from '../../src/scenario/language/diagnostic.ts';
import { play } from '../../src/scenario/play.ts';
import { readScenarioText } from '../../src/scenario/read-scenario.ts';
import { openSim } from '../../src/sim/open-sim.ts';

const head = `scenario: a claim
devices: { phone: { user: ana }, tablet: { user: ana } }
fixtures: { ana: [fixtures/ana.yaml] }
steps:
  - all: synced
`;

/** The sentences of what failed when these steps are played in virtual time. */
async function failuresOf(steps: string): Promise<readonly string[]> {
  const lines = steps.trim().replaceAll(/^/gm, '  ');
  const text = `${head}${lines}\n`;
  const { plans, diagnostics } = readScenarioText('a.yaml', text, { registry: gurasRegistry, files: textFiles });
  expect(diagnostics.map(formatDiagnostic)).toEqual([]);
  const [plan] = plans;
  if (plan === undefined) throw new Error('the text gives a plan');
  const { failures } = await play(plan, { open: openSim, seed: '1' });
  return failures.map(({ sentence }) => sentence);
}

describe('the history of the server', () => {
  const lost = `
- tablet: offline
- phone: { delete: meditation/s3, as: gone }
- server: { until: { committed: gone } }
- tablet: { update: meditation/s3, set: { notes: fine }, as: words }
- tablet: online
- all: { until: synced }`;

  it('tells what versions held and what was lost', async () => {
    const wanted = '{ versions: { min: 2 }, lost: { notes: fine }, kept: { notes: fine } }';
    expect(await failuresOf(`${lost}\n- server: { expect: { history: { meditation/s3: ${wanted} } } }`)).toEqual([]);
  });

  it.each([
    ['{ versions: 9 }', /has versions of meditation\/s3 \d, not 9/],
    ['{ held: { notes: fine } }', /has no version of meditation\/s3 with/],
    ['{ lost: { notes: other } }', /has no lost value of meditation\/s3/],
    ['{ kept: { notes: other } }', /has no held or lost value of meditation\/s3/],
  ])('that is not %s is said', async (wanted, sentence) => {
    const steps = `${lost}\n- server: { expect: { history: { meditation/s3: ${wanted} } } }`;
    expect(await failuresOf(steps)).toEqual([expect.stringMatching(sentence)]);
  });
});

describe('the renewal of a token', () => {
  it('that is refused needs a sign-in, and is granted again after it', async () => {
    const steps = `
- phone: { renewal: refused, when: true }
- phone: { next: { push: { status: 401 } } }
- phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
- phone: { until: { status: needs-auth }, within: 1m }
- phone: { expect: { renewals: { min: 1 }, queue: 1 } }
- phone: sign-in
- all: { until: synced }`;
    expect(await failuresOf(steps)).toEqual([]);
  });

  it('is counted', async () => {
    expect(await failuresOf('- phone: { expect: { renewals: 1 } }')).toEqual([
      'phone has renewals of the token 0, not 1',
    ]);
  });
});

describe('a row without an id in the story', () => {
  it('gets one from who creates it, on a device and on the server', async () => {
    const times = 'startedAt: "2026-01-05T07:00:00Z", completedAt: "2026-01-05T07:10:00Z", durationSec: 600';
    const steps = `
- phone: { create: meditation, set: { sessionId: a, ${times} }, as: one }
- server: { create: meditation, set: { sessionId: b, ${times} }, as: two }
- all: { until: { synced: true, rows: { meditation: 7 } } }
- server: { expect: { effects: { one: 1, two: 1 } } }`;
    expect(await failuresOf(steps)).toEqual([]);
  });
});

describe('dropping a group', () => {
  it('by its label drops all of it', async () => {
    const steps = `
- phone: offline
- phone: { group: [{ update: meditation/s1, set: { rating: 5 } }, { update: preferences/me, set: { theme: dark } }], as: both }
- phone: { drop: both }
- phone: { expect: { queue: 0, preferences/me: { theme: light } } }`;
    expect(await failuresOf(steps)).toEqual([]);
  });
});

describe('an app that is to die in a commit', () => {
  it('dies in the step that makes it, and the story goes on with a dead app', async () => {
    const steps = `
- phone: { crash: before, commit: 2 }
- phone: { update: meditation/s1, set: { rating: 5 } }
- phone: { expect: { running: true, queue: 1 } }
- phone: { update: preferences/me, set: { theme: dark } }
- phone: { expect: { running: false } }
- phone: { update: preferences/me, set: { theme: dark } }`;
    expect(await failuresOf(steps)).toEqual(['phone is not running; restart it first']);
  });

  it('dies in a commit that nobody asked for, and a sync under way ends', async () => {
    const steps = `
- phone: { crash: after }
- tablet: { update: meditation/s1, set: { rating: 5 } }
- phone: { until: { running: false }, within: 5m }
- phone: restart
- phone: { expect: { meditation/s1: { rating: 5 } } }
- phone: { crash: before }
- phone: { update: meditation/s2, set: { rating: 1 } }
- phone: { expect: { running: true } }`;
    expect(await failuresOf(steps)).toEqual(['phone has an app that is killed, not running']);
  });

  it('lives on when the crash is taken back', async () => {
    const steps = `
- phone: { crash: before }
- phone: disarm
- phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
- all: { until: synced }`;
    expect(await failuresOf(steps)).toEqual([]);
  });
});

describe('a release', () => {
  it('waits for a message that is still on its way to its hold, and fails when none comes', async () => {
    const steps = `
- network: { latency: 5s }
- phone: { next: { push: { hold: gate } } }
- phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
- network: { release: gate }
- server: { until: { committed: rating }, within: 30s }
- network: { release: gate, within: 10s }`;
    expect(await failuresOf(steps)).toEqual([expect.stringMatching(/^nothing is held under the name gate; waited/)]);
  });
});

describe('the time between requests', () => {
  it('is claimed by the closest two', async () => {
    const steps = `
- phone: { next: { push: { fault: { status: 429, retryAfter: 1m }, times: 1 } } }
- phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
- server: { until: { committed: rating } }
- phone: { expect: { apart: { push: 1m } } }
- phone: { expect: { apart: { push: 10m } } }`;
    expect(await failuresOf(steps)).toEqual([
      expect.stringMatching(/^phone has push requests .* apart, not 10m or more/),
    ]);
  });
});

describe('a copy of a device', () => {
  it.each([
    ['- phone: restore', 'phone has no backup; make one with phone: backup'],
    ['- phone: { clone: phone }', "phone can't be cloned onto itself"],
  ])('%s says what is missing', async (steps, sentence) => {
    expect(await failuresOf(steps)).toEqual([sentence]);
  });

  it('holds what was not sent, and is sent once from both', async () => {
    const steps = `
- phone: offline
- phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
- phone: { clone: tablet }
- tablet: { expect: { queue: 1, meditation/s1: { rating: 5 } } }
- phone: online
- all: { until: synced }
- server: { expect: { effects: { rating: 1 } } }`;
    expect(await failuresOf(steps)).toEqual([]);
  });
});

describe('a backup of the server', () => {
  it('that was never made can not be restored', async () => {
    expect(await failuresOf('- server: restore')).toEqual(['the server has no backup; make one with server: backup']);
  });

  it('brings the server back to it, as often as wanted', async () => {
    const steps = `
- server: backup
- phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
- server: { until: { committed: rating } }
- all: offline
- server: restore
- server: { expect: { effects: { rating: 0 }, meditation/s1: { rating: null } } }
- server: { update: meditation/s1, set: { mood: calm } }
- server: restore
- server: { expect: { meditation/s1: { mood: null } } }`;
    expect(await failuresOf(steps)).toEqual([]);
  });
});

describe('a suspended app', () => {
  it.each([
    ['- phone: resume', 'phone is not suspended; suspend it first'],
    ['- phone: suspend\n- phone: suspend', 'phone is suspended already; resume it first'],
    ['- phone: suspend\n- phone: { delete: meditation/s1 }', 'phone is suspended; resume it first'],
    ['- phone: kill\n- phone: suspend', 'phone is not running; restart it first'],
  ])('%s is said to be wrong', async (steps, sentence) => {
    expect(await failuresOf(steps)).toEqual([sentence]);
  });

  it('and one whose storage is full come to rest when everything heals', async () => {
    const steps = `
- phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
- phone: suspend
- tablet: { storage: full }
- settle: true
- all: { expect: { meditation/s1: { rating: 5 } } }`;
    expect(await failuresOf(steps)).toEqual([]);
  });
});

describe('another user of a device', () => {
  it('has data and a backup of their own', async () => {
    const steps = `
- phone: { update: meditation/s1, set: { rating: 5 } }
- phone: backup
- phone: { sign-in: ben }
- phone: { expect: { queue: 0, meditation/s1: absent } }
- phone: restore`;
    expect(await failuresOf(steps)).toEqual(['phone has no backup; make one with phone: backup']);
  });

  it('is no longer another one when the first signs in again', async () => {
    const steps = `
- phone: offline
- phone: { update: meditation/s1, set: { rating: 5 }, as: rating }
- phone: { sign-in: ana }
- phone: { expect: { queue: 1 } }
- phone: { sign-in: ben }
- phone: { clone: tablet }`;
    expect(await failuresOf(steps)).toEqual(["tablet is ana's; clone onto a device of ben"]);
  });
});
