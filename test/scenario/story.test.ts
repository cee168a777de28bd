import { describe, expect, it } from 'vitest';
import { Story } from '../../src/scenario/story.ts';
import { type TraceKind, type TraceRecord, traceData } from '../../src/trace/record.ts';

type Told = readonly [TraceKind, string, Readonly<Record<string, unknown>>];

function storyOf(...told: readonly Told[]): readonly TraceRecord[] {
  const story = new Story();
  told.forEach(([kind, lane, data], atMs) => {
    story.add({ kind, lane, atMs, data: traceData(data) });
  });
  return story.records;
}

const put = (id: string, state = 'pending') => ({ table: 'items', put: { id, state, data: { notes: 'secret' } } });
const commit = (...writes: readonly object[]): Told => ['commit', 'phone', { writes }];

function depths(...told: readonly Told[]) {
  return storyOf(...told)
    .filter(({ kind }) => kind === 'commit')
    .map(({ data }) => data.queued);
}

describe('the queue in a story', () => {
  it('grows by items that are put and shrinks by items that are removed', () => {
    expect(depths(commit(put('a')), commit(put('b'), put('c')), commit({ table: 'items', remove: ['a'] }))).toEqual([
      1, 3, 2,
    ]);
  });

  it('an item that changes its state, and other tables, change nothing', () => {
    const other = { table: 'records', put: { entityId: 'a' } };
    expect(depths(commit(put('a')), commit(put('a', 'inFlight')), commit(other))).toEqual([1]);
    expect(depths(commit({ table: 'items', remove: ['never there'] }))).toEqual([]);
  });

  it('an item that takes another id stays one item', () => {
    expect(depths(commit(put('a')), commit({ table: 'items', remove: ['a'] }, put('b')))).toEqual([1, 1]);
  });

  it('a power cut takes commits back, a kill does not', () => {
    const cut = (lostCommits?: number): Told => ['life', 'phone', { change: 'killed', lostCommits }];
    const three = [commit(put('a')), commit(put('b')), commit({ table: 'items', remove: ['a'] })];
    expect(depths(...three, cut())).toEqual([1, 2, 1]);
    expect(depths(...three, cut(2))).toEqual([1, 2, 1, 1]);
    expect(depths(...three, cut(1), commit(put('c')))).toEqual([1, 2, 1, 2, 3]);
  });
});

describe('a story', () => {
  const body = { changes: [{ id: 'a', data: { notes: 'secret' } }], resolutions: [{ id: 'r', changeId: 'b' }] };
  const outcome = { kind: 'answer', body: { results: [{ id: 'a', status: 'applied', row: { notes: 'secret' } }] } };
  const all = storyOf(
    ['edit', 'phone', { edits: [{ action: 'update', entityId: 's1', set: { notes: 'secret' } }], changeIds: ['a'] }],
    commit(put('a')),
    ['call', 'phone', { callId: '1', call: 'push', body }],
    ['answer', 'phone', { callId: '1', call: 'push', outcome }],
  );

  it('keeps no bodies and no values', () => {
    expect(all).toHaveLength(4);
    expect(JSON.stringify(all)).not.toContain('secret');
  });

  it('keeps which changes a request carries and how each was answered', () => {
    expect(all[2]?.data.carries).toEqual([
      { id: 'a', changeId: 'a' },
      { id: 'r', changeId: 'b' },
    ]);
    expect(all[3]?.data.results).toEqual([{ id: 'a', verdict: 'applied' }]);
  });

  const poll = (id: number): readonly Told[] => [
    ['call', 'phone', { callId: `${id}`, call: 'pull', body: null }],
    ['answer', 'phone', { callId: `${id}`, call: 'pull', outcome: { kind: 'answer', body: { changes: [] } } }],
  ];
  const polls = Array.from({ length: 20_000 }, (_, id) => poll(id)).flat();

  it('of many days of polls keeps its beginning and its end', () => {
    const records = storyOf(['note', 'story', { text: 'first' }], ...polls, ['note', 'story', { text: 'last' }]);
    expect(records.length).toBeLessThan(10_000);
    expect([records[0]?.data.text, records[1]?.data.text, records.at(-1)?.data.text]).toEqual([
      'first',
      expect.stringMatching(/^4999 pulls of phone bring nothing$/),
      'last',
    ]);
  });

  it('that has more to tell than it can keep counts what is left out', () => {
    const story = new Story();
    for (let atMs = 0; atMs < 10_500; atMs += 1) {
      story.add({ kind: 'note', lane: 'story', atMs, data: { text: 'x' } });
    }
    expect([story.records.length, story.lost]).toEqual([10_000, 500]);
  });
});
