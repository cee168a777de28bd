import { describe, expect, it } from 'vitest';
import type { Invariant } from '../../src/world/invariants/invariant.ts';
import { invariants } from '../../src/world/invariants/table.ts';
import { badMoments, tombstoneOf } from './bad-moments.ts';
import { look, Moments } from './moments.ts';

function named(name: string): Invariant {
  const found = invariants.find((invariant) => invariant.name === name);
  if (found === undefined) throw new Error(`there is no invariant ${name}`);
  return found.fresh?.() ?? found;
}

describe('an invariant that is asked during the run', () => {
  it.each(Object.keys(badMoments))(
    '%s finds bad moments, and lets good ones pass after looking at them',
    async (name) => {
      const [bad, good] = badMoments[name] ?? [];
      const [broken, kept] = [new Moments(named(name)), new Moments(named(name))];
      await bad?.(broken);
      await good?.(kept);
      expect(broken.texts.length).toBeGreaterThan(0);
      expect(kept.texts).toEqual([]);
      expect(kept.applied).toBeGreaterThan(0);
    },
  );

  it('lets a tombstone pass that was written before a purge and committed after it', () => {
    const [inTime, late] = [1_999, 2_001].map((committedMs) => {
      const on = new Moments(named('purged-stays-purged'));
      const data = { changeId: 'gone', entityType: 'latest', entityId: 'r', version: 2 };
      on.ledger.contacts.heed({ kind: 'server-commit', atMs: committedMs, lane: 'server', data });
      tombstoneOf(500)(on);
      return on.texts;
    });
    expect(inTime).toHaveLength(1);
    expect(late).toEqual([]);
  });

  it.each([
    ['finds a question that a new life tells nobody of', ['start'], 1],
    ['waits for a life that the store keeps from its work', [], 0],
  ])('refusals-are-told %s', (_, events, found) => {
    const on = new Moments(named('refusals-are-told'));
    on.record('life', { change: 'started', life: 2 });
    for (const name of events) on.record('event', { name, detail: '' });
    on.view({ queue: [{ id: 'a' as never, entityType: 'ask', entityId: 'r', state: 'conflict' }] });
    expect(on.texts).toHaveLength(found);
  });

  it.each([
    ['lets a log pass that a restored backup took back', 'a', 0],
    ['finds a refusal that the log never named', 'b', 1],
  ])('refusals-are-told %s', async (_, changeId, found) => {
    const on = new Moments(named('refusals-are-told'));
    const results = [{ id: 'a', status: 'rejected', problem: { code: 'id_reused' } }];
    on.record('answer', { call: 'push', outcome: { kind: 'answer', body: { results } } });
    on.record('commit', { writes: [{ table: 'log', put: { kind: 'replaced', changeId } }] });
    await on.rest();
    expect(on.texts).toHaveLength(found);
  });

  it('gone-stays-gone lets a row be shown whose second delete is not known yet', () => {
    const on = new Moments(named('gone-stays-gone'));
    const rows = [look('latest', { value: 'one' })];
    on.write({ entityType: 'latest', by: 'tablet', action: 'create', set: { value: 'one' } });
    on.view({ rows });
    on.write({ entityType: 'latest', action: 'delete', seen: { value: 'one' } });
    on.write({ entityType: 'latest', by: 'tablet', action: 'create', set: { value: 'one' } });
    on.write({ entityType: 'latest', by: 'tablet', action: 'delete', seen: { value: 'one' } });
    on.view({ rows });
    expect([on.texts, on.applied]).toEqual([[], 1]);
  });

  it('takes the answer to a withdrawal as the verdict on the change that it takes back', () => {
    const on = new Moments(named('synced-when-settled'));
    on.write({ entityType: 'latest', set: { value: 'one' }, changeIds: ['a'] });
    const withdrawal = { id: 'w', changeId: 'a', outcome: 'withdraw' };
    on.record('call', { call: 'resolve', body: { resolutions: [withdrawal] } });
    const results = [{ id: 'w', status: 'applied' }];
    on.record('answer', { call: 'resolve', outcome: { kind: 'answer', body: { results } } });
    on.status({ synced: true }, []);
    expect(on.texts).toEqual([]);
  });

  it('takes the number that a decision or delete without effect tells for no news', () => {
    const on = new Moments(named('news-comes-in-time'));
    const row = { entityType: 'latest', entityId: 'r' };
    on.record('call', { call: 'resolve', body: { resolutions: [{ id: 'd', ...row }] } }, 'tablet');
    on.record('server-commit', { changeId: 'd', ...row, version: 7, body: { outcome: 'server' } }, 'server');
    on.record('server-commit', { changeId: 'd', ...row, version: 8, body: { action: 'DELETE', data: null } }, 'server');
    on.nowMs = 3_600_000;
    on.record('step', { actor: 'phone', text: '', place: null });
    expect(on.texts).toEqual([]);
  });
});
