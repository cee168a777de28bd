import { describe, expect, it } from 'vitest';
import { LifeOfChanges } from '../../src/scenario/life-of-changes.ts';
import { type TraceKind, traceData } from '../../src/trace/record.ts';

const row = { entityType: 'meditation', entityId: 's1' };
type Told = readonly [TraceKind, string, Readonly<Record<string, unknown>>];

function lifeOf(...told: readonly Told[]): LifeOfChanges {
  const lives = new LifeOfChanges();
  told.forEach(([kind, lane, data], index) => {
    lives.add({ kind, lane, atMs: index * 1_000, data: traceData(data) });
  });
  return lives;
}

const written: Told = ['edit', 'phone', { edits: [row], changeIds: ['c1'], label: 'note' }];
const push = (callId: string): Told => ['call', 'phone', { callId, call: 'push', body: { changes: [{ id: 'c1' }] } }];

describe('the life of a change', () => {
  it('tells a lost answer, the second send and what came of it', () => {
    const lives = lifeOf(
      written,
      push('1'),
      ['verdict', 'server', { changeId: 'c1', status: 'applied' }],
      ['answer', 'phone', { callId: '1', call: 'push', outcome: { kind: 'failure', reason: 'timeout' } }],
      push('2'),
      [
        'answer',
        'phone',
        {
          callId: '2',
          call: 'push',
          outcome: { kind: 'answer', body: { results: [{ id: 'c1', status: 'duplicate' }] } },
        },
      ],
    );
    expect(lives.tell({ row })).toBe(
      'note: written on phone at 0:00:00.000, sent at 0:00:01.000, applied on the server at 0:00:02.000, no answer (timeout) at 0:00:03.000, sent again at 0:00:04.000, answered duplicate at 0:00:05.000',
    );
  });

  it('a change that was sent within its write is still written first', () => {
    expect(lifeOf(push('1'), written).tell({ ids: ['c1'] })).toBe(
      'note: written on phone at 0:00:01.000, sent at 0:00:00.000',
    );
  });

  it('an app that is killed never hears the answer, and learns the verdict from a pull', () => {
    const lives = lifeOf(
      written,
      push('1'),
      ['life', 'phone', { change: 'killed' }],
      [
        'answer',
        'phone',
        {
          callId: '2',
          call: 'pull',
          outcome: { kind: 'answer', body: { settled: [{ id: 'c1', status: 'duplicate', first: 'applied' }] } },
        },
      ],
    );
    expect(lives.tell({ row, device: 'phone' })).toBe(
      'note: written on phone at 0:00:00.000, sent at 0:00:01.000, app killed before the answer at 0:00:02.000, verdict applied learned by a pull at 0:00:03.000; phone last pulled at 0:00:03.000',
    );
  });

  it('a resolution belongs to the life of the change that it settles', () => {
    const body = { resolutions: [{ id: 'r1', changeId: 'c1' }] };
    const results = [{ id: 'r1', status: 'applied' }];
    const lives = lifeOf(
      written,
      ['call', 'phone', { callId: '1', call: 'resolve', body }],
      ['answer', 'phone', { callId: '1', call: 'resolve', outcome: { kind: 'answer', body: { results } } }],
    );
    expect(lives.tell({ row })).toMatch(/resolution sent at 0:00:01.000, answered applied at 0:00:02.000$/);
  });

  it('tells nothing of rows that nobody changed', () => {
    expect(lifeOf(written).tell({ row: { ...row, entityId: 's2' }, device: 'phone' })).toBeNull();
  });
});
