import { describe, expect, it } from 'vitest';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { present } from '../../src/lib/assert.ts';
import type { ScenarioFiles } from '../../src/scenario/files.ts';
import { formatDiagnostic } from '../../src/scenario/language/diagnostic.ts';
import type { PlanStep } from '../../src/scenario/plan.ts';
import { readScenario, readScenarioText, type ScenarioReading } from '../../src/scenario/read-scenario.ts';

const head = 'scenario: a claim\ndevices: { phone: { user: ana }, tablet: { user: ana } }\n';

function read(text: string, files: Readonly<Record<string, string>> = {}): ScenarioReading {
  return readScenarioText('stories/a.yaml', text, { registry: gurasRegistry, files: inMemory(files) });
}

function inMemory(files: Readonly<Record<string, string>>): ScenarioFiles {
  const beside = (file: string, name: string) => `${file.slice(0, file.lastIndexOf('/') + 1)}${name}`;
  return { read: (path) => files[path] ?? null, beside };
}

function errors(text: string, files?: Readonly<Record<string, string>>): readonly string[] {
  return read(text, files).diagnostics.map(({ message, place }) => `${place?.line ?? 0}:${place?.col ?? 0} ${message}`);
}

function steps(...lines: readonly string[]): string {
  return `${head}steps:\n${lines.map((line) => `  - ${line}\n`).join('')}`;
}

describe('reading a scenario', () => {
  it('short and long ways of writing give the same plan', () => {
    const short = read(steps('all: synced', 'phone: offline', 'phone: sync')).plans[0];
    const long = read(steps('all: { until: { synced: true } }', 'phone: { offline: true }', 'phone: { sync: all }'))
      .plans[0];
    const plain = (plan: typeof short) =>
      JSON.stringify(plan?.steps, (key, value) => (key === 'place' ? undefined : value));
    expect(plain(short)).toBe(plain(long));
  });

  it('a step that names an unknown action is shown with a caret and a suggestion', () => {
    const [only] = read(steps('phone: { ofline: true }', 'all: synced')).diagnostics;
    const shown = only === undefined ? '' : formatDiagnostic(only);
    expect(shown).toContain('error: unknown action "ofline" for device phone\n  --> stories/a.yaml:4:14\n');
    expect(shown).toContain(
      '\n4 |   - phone: { ofline: true }\n  |              ^^^^^^ did you mean "offline"? known here: ',
    );
  });

  it('all errors of a file come at once, in order of their places', () => {
    const found = errors(
      `${steps('phon: offline', 'phone: { kill: true, restart: 30 }', 'phone: { update: meditatoin/s1 }', 'phone: { update: meditation/s1, set: { nots: x } }')}expect:\n  - phone: { queu: 0 }\nsteeps: 1\n`,
    );
    expect(found).toEqual([
      '4:5 unknown actor or step "phon"',
      '5:35 "restart": a duration is text with a unit, like 250ms, 30s, 2m, 1h30m or 2d',
      '6:22 unknown entity type "meditatoin"',
      '7:44 unknown field of meditation "nots"',
      '9:14 unknown expectation "queu" of a device',
      '10:1 unknown key "steeps"',
    ]);
  });

  it.each([
    ['a label that no step gives', 'server: { until: { committed: nite } }', 'unknown label "nite"'],
    ['two actors in one step', 'phone: offline\n    tablet: offline', '"tablet" stands beside the actor phone'],
    ['an unknown fault', 'phone: { next: { push: lose-respons } }', 'did you mean "lose-response"?'],
    ['a fault for no call', 'phone: { next: {} }', 'name a call: '],
    ['an unknown call', 'phone: { next: { psh: lose-response } }', 'unknown key "psh"'],
    ['a kind of notice that is never told', 'phone: { until: { notices: { conflct: 1 } } }', 'unknown key "conflct"'],
    ['a device that is cut off and does not exist', 'network: { partition: [phnoe] }', 'unknown device "phnoe"'],
    ['an option of another action', 'phone: { kill: true, within: 3m }', 'unknown key "within"'],
    ['an action of another actor', 'server: offline', 'unknown action "offline" for server'],
    [
      'an expectation that only a device can meet',
      'server: { until: { queue: 0 } }',
      'unknown expectation "queue" of the server',
    ],
    ['an action without its value', 'phone: clock', '"clock" needs a value'],
    [
      'a choice of no side',
      'phone: { resolve: meditation/s1, keep: ours }',
      '"ours" is not one of mine, theirs, merge',
    ],
    ['a condition that is no truth value', 'phone: { offline: true, when: maybe }', '"when" is true or false'],
    ['a step inside a step that is wrong', 'together: [ { phone: ofline } ]', 'unknown action "ofline"'],
    ['a nested entry that is wrong', 'never: [ { phon: synced } ]\n    during: []', 'unknown subject "phon"'],
  ])('%s is an error', (_, step, message) => {
    const found = errors(steps(step, 'all: synced'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('a write that is meant to be refused may name anything', () => {
    expect(
      errors(
        steps(
          'phone: { create: nothing/x, refused: true }',
          'phone: { update: meditation/s1, set: { x: 1 }, refused: unknown_type }',
          'all: synced',
        ),
      ),
    ).toEqual([]);
  });

  it('a label that is given twice is an error', () => {
    expect(
      errors(
        steps('phone: { delete: meditation/s1, as: a }', 'phone: { delete: meditation/s2, as: a }', 'all: synced'),
      )[0],
    ).toContain('"a" is given twice');
  });

  it('a family must hold, and says what its runs differ in', () => {
    const held = (explore: string) => errors(`${steps('all: synced')}explore: ${explore}\n`);
    expect(held('{ runs: 5 }')).toEqual([]);
    expect(held('{ runs: 0 }')).toHaveLength(1);
    expect(held('{ runs: 5, vary: [weather] }')).toHaveLength(1);
    const failing = errors(`${steps('all: synced')}explore: { runs: 5 }\nexpect-fail: synced\n`);
    expect(failing).toEqual(['5:1 "explore" can\'t stand beside expect-fail']);
  });

  it('a sweep is read, and refused where it means nothing or would have no point', () => {
    expect(read(`${steps('all: synced')}sweep: lose-every-leg\n`).plans[0]?.sweep).toBe('lose-every-leg');
    expect(read(steps('all: synced')).plans[0]?.sweep).toBeNull();
    expect(errors(`${steps('all: synced')}sweep: loose-every-leg\n`)[0]).toContain(
      '5:8 "loose-every-leg" is not one of',
    );
    expect(errors(`${steps('all: synced')}sweep: all\nexpect-fail: queue\n`)).toEqual([
      '5:1 "sweep" can\'t stand beside expect-fail',
    ]);
    expect(errors(`${steps('all: synced')}matrix: { sweep: [1] }\n`)).toEqual([
      '5:11 "sweep" can\'t be a column of the matrix',
    ]);
  });

  it('a story that checks nothing is told so, and still read', () => {
    const { plans, diagnostics } = read(steps('phone: offline'));
    expect(diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'warning: the scenario checks nothing',
    ]);
    expect(plans).toHaveLength(1);
  });

  it('names with a meaning of their own are no devices', () => {
    expect(errors('scenario: a\ndevices: { server: { user: ana } }\nsteps: [ { all: synced } ]\n')[0]).toContain(
      `"server" can't be the name of a device`,
    );
  });

  it('what is no scenario at all is one clear error', () => {
    expect(errors('- a\n- b\n')[0]).toContain('a scenario is a mapping');
    expect(errors('scenario: a\n')).toEqual(['1:1 "devices" is missing', '1:1 "steps" is missing']);
    expect(errors(`${head}steps: 3\n`)).toEqual(['3:8 a list of steps belongs here']);
    expect(
      readScenario('no-such-file.yaml', { registry: gurasRegistry, files: inMemory({}) }).diagnostics[0]?.message,
    ).toBe("can't read no-such-file.yaml");
  });
});

describe('matrix and params', () => {
  const text = `scenario: a claim of \${who}
params: { who: ana }
matrix: { clock: [0s, -3h], killed: [false, true] }
devices: { phone: { user: "\${who}", clock: "\${clock}" } }
steps:
  - phone: { kill: true, restart: 1s, when: "\${killed}" }
  - all: synced
`;

  it('there is one plan for each combination, with the values put in', () => {
    const { plans } = read(text);
    expect(plans.map(({ caseNumber, caseValues }) => [caseNumber, caseValues.clock, caseValues.killed])).toEqual([
      [1, '0s', false],
      [2, '0s', true],
      [3, '-3h', false],
      [4, '-3h', true],
    ]);
    expect(plans.map(({ steps: played }) => played.length)).toEqual([1, 2, 1, 2]);
    expect(plans[3]?.devices[0]).toMatchObject({ clockMs: -10_800_000, user: 'ana' });
    expect(plans[0]?.title).toBe('a claim of ana');
  });

  it('an unknown parameter is one error for all cases, with a suggestion', () => {
    const found = read(text.replace('when: "${killed}"', 'when: "${kiled}"')).diagnostics.filter(({ message }) =>
      message.includes('parameter'),
    );
    expect(found).toMatchObject([{ message: 'unknown parameter "kiled"' }]);
    expect(found[0]?.remedy).toContain('did you mean "killed"?');
  });

  it('a caller changes the parameters that there are, and no others', () => {
    const options = { registry: gurasRegistry, files: inMemory({}) };
    expect(readScenarioText('a.yaml', text, { ...options, params: { who: 'ben' } }).plans[0]?.devices[0]?.user).toBe(
      'ben',
    );
    expect(readScenarioText('a.yaml', text, { ...options, params: { whom: 'ben' } }).diagnostics[0]?.message).toContain(
      '"whom"',
    );
  });

  it('$${ stands for itself, and a matrix that is too large is refused', () => {
    expect(read(steps('note: costs $${5}', 'all: synced')).plans[0]?.steps[0]?.args).toEqual({ note: 'costs ${5}' });
    const many = Array.from({ length: 15 }, (_, at) => at).join(', ');
    expect(errors(`${steps('all: synced')}matrix: { a: [${many}], b: [${many}] }\n`)[0]).toContain('more than 200');
  });

  it('orders: all gives one plan for every order', () => {
    const { plans } = read(
      steps('together: [ { phone: online }, { tablet: online }, { phone: sync } ]\n    orders: all', 'all: synced'),
    );
    const orders = plans.map(({ steps: played }) => {
      const { together } = present(played[0], 'there is a step').args as { together: readonly PlanStep[] };
      return together.map(({ actor, verb }) => `${actor} ${verb}`).join();
    });
    expect(new Set(orders).size).toBe(6);
    expect(plans.map(({ caseNumber }) => caseNumber)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('files that a scenario names', () => {
  const fixture =
    'rows: { meditation: { s1: { notes: calm } } }\ncatalogue: { quotes: { q-1: { text: Be still. } } }\n';

  it('fixtures are found beside the scenario, then in the working directory', () => {
    const text = `${steps('all: synced')}fixtures: { ana: [one.yaml, fixtures/two.yaml] }\n`;
    const { plans, diagnostics } = read(text, {
      'stories/one.yaml': fixture,
      'fixtures/two.yaml': 'rows: { meditation: { s2: { rating: 3 } } }',
    });
    expect(diagnostics).toEqual([]);
    expect(plans[0]?.fixtures.ana).toEqual([
      { part: 'catalogue', entityType: 'quotes', entityId: 'q-1', data: { text: 'Be still.' } },
      { part: 'user', entityType: 'meditation', entityId: 's1', data: { notes: 'calm' } },
      { part: 'user', entityType: 'meditation', entityId: 's2', data: { rating: 3 } },
    ]);
  });

  it('what is wrong in a fixture is shown there', () => {
    const text = `${steps('all: synced')}fixtures: { ana: [one.yaml, gone.yaml], eve: [] }\n`;
    const { diagnostics } = read(text, {
      'stories/one.yaml': 'rows:\n  meditaton: {}\n  meditation: { s1: { nots: x } }\n',
    });
    expect(diagnostics.map(({ place, message }) => `${place?.file}:${place?.line} ${message}`)).toEqual([
      "stories/a.yaml:5 can't read gone.yaml",
      'stories/a.yaml:5 no device belongs to user "eve"',
      'stories/one.yaml:2 unknown entity type "meditaton"',
      'stories/one.yaml:3 unknown field of meditation "nots"',
    ]);
  });

  it('an included file gives devices and first steps, and the including file wins', () => {
    const common = 'devices: { phone: { user: ben }, watch: { user: ana } }\nsteps: [ { all: synced } ]\n';
    const { plans, diagnostics } = read(`${steps('watch: offline')}include: [common.yaml]\n`, {
      'stories/common.yaml': common,
    });
    expect(diagnostics).toEqual([]);
    expect(plans[0]?.steps.map(({ actor }) => actor)).toEqual(['all', 'watch']);
    expect(plans[0]?.devices.map(({ name, user }) => `${name} ${user}`).sort()).toEqual([
      'phone ana',
      'tablet ana',
      'watch ana',
    ]);
  });

  it('files that include each other end in an error', () => {
    const found = errors(`${steps('all: synced')}include: [a.yaml]\n`, { 'stories/a.yaml': 'include: [a.yaml]\n' });
    expect(found.join()).toContain('more than 8 deep');
  });
});
