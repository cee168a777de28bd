import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { textFiles } from '../../src/adapters/node/text-files.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { scenario } from '../../src/scenario/builder.ts';
import type { Plan } from '../../src/scenario/plan.ts';
import { readScenario, readScenarioData } from '../../src/scenario/read-scenario.ts';

const options = { registry: gurasRegistry, files: textFiles };
const file = 'scenarios/conflict/an-edit-whose-answer-was-lost-is-not-a-conflict.yaml';

function plain(plans: readonly Plan[]): unknown {
  return JSON.parse(JSON.stringify(plans, (key, value: unknown) => (key === 'place' || key === 'file' ? null : value)));
}

describe('scenarios built in code', () => {
  it('give the same plans as the file that says the same', () => {
    const built = scenario('an edit whose answer was lost is not a conflict')
      .about("The phone's note reaches the server, the answer is lost. The tablet rates the session meanwhile.")
      .tags('conflict', 'retry')
      .matrix('phoneClock', ['0s', '-3h', '+2d'])
      .matrix('killed', [false, true])
      .device('phone', { user: 'ana', clock: '${phoneClock}' })
      .device('tablet', { user: 'ana' })
      .fixtures('ana', 'fixtures/ana.yaml')
      .step(
        { all: 'synced' },
        { phase: "both edit while the phone's line is bad" },
        { phone: 'offline' },
        { phone: { update: 'meditation/s1', set: { notes: 'calm' }, as: 'note' } },
        { tablet: { update: 'meditation/s1', set: { rating: 5 }, as: 'rating' } },
        { tablet: { until: { queue: 0 }, within: '1m' } },
        { phone: { online: true, next: { push: 'lose-response' } } },
        { server: { until: { committed: 'note' }, within: '2m' } },
        { phone: { kill: true, restart: '30s', when: '${killed}' } },
      )
      .step({ all: { until: 'synced', within: '15m' } })
      .expect(
        { all: { 'meditation/s1': { notes: 'calm', rating: 5 } } },
        { server: { effects: { note: 1, rating: 1 }, conflicts: 0 } },
      );
    const { plans, diagnostics } = built.read(options);
    expect(diagnostics).toEqual([]);
    expect(plain(plans)).toEqual(plain(readScenario(file, options).plans));
  });

  it('a file taken as data gives the same plans', () => {
    const data = parse(readFileSync(file, 'utf8')) as JsonObject;
    expect(plain(readScenarioData(data, options).plans)).toEqual(plain(readScenario(file, options).plans));
  });

  it('a beginning can be shared', () => {
    const beginning = scenario('a claim').device('phone', { user: 'ana' });
    beginning.step({ phone: 'offline' });
    expect(beginning.written().steps).toEqual([]);
  });

  it('what is wrong is told without a place', () => {
    const { diagnostics } = scenario('a')
      .device('phone', { user: 'ana' })
      .step({ phone: 'ofline' }, { phone: 'synced' })
      .read(options);
    expect(diagnostics).toMatchObject([{ place: null, message: 'unknown action "ofline" for device phone' }]);
  });
});
