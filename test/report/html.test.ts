import { describe, expect, it } from 'vitest';
import { formatHtml } from '../../src/report/formats/html.ts';
import { reportOf } from '../../src/report/model.ts';
import { arrowsOf } from '../../src/report/page/arrows.ts';
import { changesOf } from '../../src/report/page/changes.ts';
import { lanesOf } from '../../src/report/page/lanes.ts';
import { html, joined } from '../../src/report/page/markup.ts';
import { nameArrivals } from '../../src/report/page/name-arrivals.ts';
import { layOut } from '../../src/report/page/rows.ts';
import { tellFailures } from '../../src/report/page/told-failures.ts';
import { foldPolls } from '../../src/scenario/fold-polls.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import type { TraceKind, TraceRecord } from '../../src/trace/record.ts';
import { aLongRun } from './long-run.ts';
import { aFailedRun, aRun } from './runs.ts';

type Told = readonly [TraceKind, string, TraceRecord['data'], number?];

/** Records a second apart, unless a time is given. */
function story(...told: readonly Told[]): readonly TraceRecord[] {
  return told.map(([kind, lane, data, atMs], index) => ({ kind, lane, data, atMs: atMs ?? index * 1_000 }));
}

function page(...results: readonly RunResult[]): string {
  const model = reportOf(
    results.map((result) => ({ result, wallMs: 12.3 })),
    'sim',
  );
  return formatHtml(model, { timestamp: '2026-01-05T07:00:00.000Z' });
}

const call = (callId: string, name = 'push', ...ids: readonly string[]): Told => [
  'call',
  'phone',
  { callId, call: name, items: ids.length, carries: ids.map((id) => ({ id, changeId: id })) },
];
const arrived = (callId: string, name = 'push'): Told => ['arrived', 'server', { callId, call: name, from: 'phone' }];
const answer = (callId: string, data: TraceRecord['data'], name = 'push'): Told => [
  'answer',
  'phone',
  { callId, call: name, ...data },
];
const timeout = { kind: 'failure', reason: 'timeout' };

describe('markup', () => {
  it('escapes every text for content and attributes, and shows control characters', () => {
    expect(html`<p title="${`"'`}">${'</script> & \u0007 \ud800'}</p>`.text).toBe(
      '<p title="&quot;&#39;">&lt;/script&gt; &amp; \\u0007 \ufffd</p>',
    );
  });

  it('takes markup as it is, and nothing for null', () => {
    expect(html`${joined([html`<b>${1}</b>`, html`<i/>`])}${null}`.text).toBe('<b>1</b><i/>');
  });
});

describe('the page', () => {
  it('needs nothing but itself: no address of anything, and a policy that allows none', () => {
    const text = page(aFailedRun(), aRun());
    expect(text).toContain(`content="default-src &#39;none&#39;; `);
    expect(text).not.toMatch(/https?:|\ssrc=|<link|@import|url\(/);
  });

  it('tells claim, place, expected and actual, who holds, why, and the command that plays it again', () => {
    const text = page(aFailedRun());
    for (const part of [
      'it is.yaml:24:5',
      '<mark>all</mark>',
      '<td class="expected"><code>&quot;&lt;calm&gt;&quot;</code>',
      '<td class="actual"><code>null</code>',
      'as expected',
      '<li>note: written on phone',
      'guras-sync run &#39;it is.yaml&#39; --on sim --seed 1 --case 3',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('every link within it leads somewhere', () => {
    const text = page(aLongRun(300), aFailedRun());
    const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(100);
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    expect(links.filter((id) => !ids.has(id ?? ''))).toEqual([]);
  });

  it('a step that fails has its moment on the timeline too, before the end', () => {
    const [failure] = aFailedRun().failures;
    const late = failure && { ...failure, claim: 'deadline', sentence: 'queue is 1; waited 1m', atMs: 9_000 };
    const told = story(['step', 'phone', { text: 'phone waits' }], ['end', 'story', { verdict: 'failed' }, 9_000]);
    const records = tellFailures(told, late ? [late] : []);
    expect(records.map(({ kind }) => kind)).toEqual(['step', 'expect', 'end']);
    expect(tellFailures(records, late ? [late] : [])).toBe(records);
    const text = page(aFailedRun({ story: told, failures: late ? [late] : [] }));
    expect(text).toContain('href="#run-1-1"');
    expect(text).toMatch(/id="run-1-1" class="row expect failed".*FAILED: queue is 1; waited 1m/);
  });

  it('failed runs keep their timelines when there are too many, and the others say what is left out', () => {
    const long = aRun({ story: aLongRun(7_000).story });
    const text = page(long, long, aLongRun(5_900));
    expect(text.match(/class="timeline"/g)).toHaveLength(1);
    expect(text.match(/The timeline is left out/g)).toHaveLength(2);
    expect(text.slice(text.indexOf('id="run-3"'))).toContain('class="timeline"');
    const untold = page(aLongRun(11_000), aLongRun(1_500));
    expect(untold.slice(untold.indexOf('id="run-2"'))).not.toContain('href=');
  });

  it('a run that was skipped says why, and has no timeline', () => {
    const text = page(aRun({ verdict: 'skipped', reason: "url can't purge", story: [] }));
    expect(text).toContain('url can&#39;t purge');
    expect(text).not.toContain('class="timeline"');
  });
});

describe('messages', () => {
  const fates = (...told: readonly Told[]) => {
    const records = story(...told);
    return arrowsOf(records, layOut(records)).map(({ leg, fate }) => `${leg} ${fate}`);
  };

  it('a request and its answer arrive', () => {
    expect(fates(call('1'), arrived('1'), answer('1', { kind: 'answer' }))).toEqual([
      'request arrived',
      'answer arrived',
    ]);
  });

  it('what never reaches the server is a lost request, what comes back as nothing a lost answer', () => {
    expect(fates(call('1'), answer('1', timeout))).toEqual(['request lost']);
    expect(fates(call('1'), arrived('1'), answer('1', timeout))).toEqual(['request arrived', 'answer lost']);
  });

  it('an answer that the server never gave comes from the network', () => {
    const before = [call('0', 'pull'), arrived('0', 'pull'), answer('0', { kind: 'answer' }, 'pull')];
    const records = story(...before, call('1'), answer('1', { kind: 'problem', status: 503 }));
    const arrows = arrowsOf(records, layOut(records));
    expect(arrows.slice(2).map(({ leg, isForged, isProblem }) => [leg, isForged, isProblem])).toEqual([
      ['request', false, false],
      ['answer', true, true],
    ]);
  });

  it('a server that does not tell what reached it answers all the same', () => {
    expect(fates(call('1'), answer('1', { kind: 'answer' }))).toEqual(['request arrived', 'answer arrived']);
  });

  it('an arrival without a name is that of the oldest call under way', () => {
    const unnamed: Told = ['arrived', 'server', { call: 'push', from: 'phone' }];
    const named = nameArrivals(
      story(call('1'), call('2'), unnamed, call('3', 'pull'), unnamed, answer('2', timeout), unnamed),
    );
    expect(named.filter(({ kind }) => kind === 'arrived').map(({ data }) => data.callId)).toEqual([
      '1',
      '2',
      undefined,
    ]);
    const known = story(call('1'), arrived('1'));
    expect(nameArrivals(known)).toEqual(known);
  });

  it('a killed app hears nothing, and the end of the story leaves messages on their way', () => {
    expect(fates(call('1'), arrived('1'), ['life', 'phone', { change: 'killed' }])).toEqual([
      'request arrived',
      'answer lost',
    ]);
    expect(fates(call('1'))).toEqual(['request late']);
  });
});

describe('the life of a change on the page', () => {
  it('is told from issued to settled, with the lost answer and the second try', () => {
    const [change] = changesOf(
      story(
        ['commit', 'phone', { queued: 1, put: ['c'], removed: [] }],
        ['edit', 'phone', { rows: [{ action: 'update', entityType: 'meditation', entityId: 's1' }], changeIds: ['c'] }],
        call('1', 'push', 'c'),
        arrived('1'),
        ['verdict', 'server', { changeId: 'c', status: 'applied' }],
        answer('1', timeout),
        call('2', 'push', 'c'),
        answer('2', { kind: 'answer', results: [{ id: 'c', verdict: 'duplicate' }] }),
        ['commit', 'phone', { queued: 0, put: [], removed: ['c'] }],
      ),
    );
    expect(change).toMatchObject({ id: 'c', device: 'phone', rows: ['meditation/s1'], action: 'update' });
    expect(change?.events.map(({ stage }) => stage)).toEqual([
      'issued',
      'committed locally',
      'sent',
      'reached the server',
      'committed on the server',
      'answer lost',
      'retried',
      'answered',
      'settled',
    ]);
  });
});

describe('polls that bring nothing', () => {
  const poll = (id: string, items = 0): readonly Told[] => [
    call(id, 'pull'),
    arrived(id, 'pull'),
    answer(id, { kind: 'answer', items, settled: [] }, 'pull'),
  ];
  const texts = (...told: readonly Told[]) =>
    foldPolls(story(...told)).map(({ kind, data }) => (kind === 'note' ? data.text : kind));

  it('are told as one from three on', () => {
    expect(texts(...poll('1'), ...poll('2'), ...poll('3'))).toEqual(['3 pulls of phone bring nothing']);
    expect(texts(...poll('1'), ...poll('2'))).toHaveLength(6);
  });

  it('one that brings a row, or that meets something else, stays', () => {
    expect(texts(...poll('1'), ...poll('2', 1), ...poll('3'))).toHaveLength(9);
    const step: Told = ['step', 'phone', { text: 'a step' }];
    const [ask, arrives, ends] = poll('4');
    const met = [ask, step, arrives, ends].filter((one) => one !== undefined);
    expect(texts(...poll('1'), ...poll('2'), ...poll('3'), ...met)).toEqual([
      '3 pulls of phone bring nothing',
      'call',
      'step',
      'arrived',
      'answer',
    ]);
  });
});

describe('the layout', () => {
  it('goes down with time: later is never higher, and days fit on the page', () => {
    const day = 86_400_000;
    const at = (atMs: number): Told => ['note', 'story', { text: 'x' }, atMs];
    const { rows, height } = layOut(story(at(0), at(10), at(1_000), at(60_000), at(9 * day)));
    const tops = rows.map(({ top }) => top);
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
    expect(rows.map(({ gap }) => gap)).toEqual([null, null, null, '59s', '8d23h59m']);
    expect(height).toBeLessThan(220);
  });

  it('a lane shows where its device has no line, where its app is dead, and what its queue holds', () => {
    const records = story(
      ['line', 'phone', { online: false }],
      ['commit', 'phone', { queued: 2, put: [], removed: [] }],
      ['life', 'phone', { change: 'killed' }],
      ['life', 'phone', { change: 'started', life: 2 }],
      ['line', 'phone', { online: true }],
      ['commit', 'phone', { queued: 0, put: [], removed: [] }],
    );
    const { all, deepest } = lanesOf(['phone'], records, layOut(records));
    expect(all.map(({ name }) => name)).toEqual(['phone', 'server']);
    expect(all[0]?.stretches.map(({ state }) => state)).toEqual(['online', 'offline', 'dead', 'offline', 'online']);
    expect(all[0]?.depths.map(({ items }) => items)).toEqual([2]);
    expect(deepest).toBe(2);
  });
});
