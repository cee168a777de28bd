import { describe, expect, it } from 'vitest';
import { brandId } from '../../../src/core/ids.ts';
import { coalesce, isFoldable } from '../../../src/core/queue/coalesce.ts';
import { type Item, pickIntents } from '../../../src/core/queue/item.ts';
import { item } from './sample-item.ts';

const live = { stands: true };
const none = { stands: false };
const whole = [{ fields: ['*'], at: { wallMs: 2, monoMs: 2, boot: 'b' }, after: null }];

function create(seq: number, change: Partial<Item> = {}): Item {
  return item(seq, { action: 'CREATE', ...change });
}

function remove(seq: number, change: Partial<Item> = {}): Item {
  return item(seq, { action: 'DELETE', data: null, intents: whole, ...change });
}

function joined(last: Item, next: Item, options: { readonly stands: boolean } = none): Item {
  const result = coalesce(last, next, options);
  if (result.kind !== 'joined') throw new Error(`the pair is ${result.kind}`);
  return result.item;
}

describe('two unsent edits of one row', () => {
  it('create then update is a create with the later values', () => {
    const out = joined(create(1, { data: { value: 'a', other: 'o' } }), item(2, { data: { value: 'b' } }));
    expect(out).toMatchObject({ id: 'c1', action: 'CREATE', data: { value: 'b', other: 'o' } });
  });

  it('update then update is an update with the first base and the later values', () => {
    const out = joined(item(1, { baseVersion: 4, before: { value: 'old' } }), item(2, { baseVersion: 9 }), live);
    expect(out).toMatchObject({ id: 'c1', seq: 1, place: 1, baseVersion: 4, data: { value: 'v2' } });
    expect(out.before).toEqual({ value: 'old' });
    expect(out.intents.map(({ at }) => at.wallMs)).toEqual([2]);
    expect(out.timestamp).toBe(2);
  });

  it('create then delete is nothing', () => {
    expect(coalesce(create(1), remove(2), none)).toEqual({ kind: 'cancel' });
  });

  it('update then delete is a delete with the first base, meant for the whole row', () => {
    const out = joined(item(1, { baseVersion: 4, parents: ['keyed/a'] }), remove(2), live);
    expect(out).toMatchObject({ id: 'c1', action: 'DELETE', baseVersion: 4, data: null, parents: [], dependsOn: [] });
    expect(out.intents).toEqual(whole);
  });

  it('delete then create over a live row is an update that revives, with the base of the delete', () => {
    const out = joined(remove(1, { baseVersion: 4 }), create(2, { baseVersion: 4, data: { value: 'new' } }), live);
    expect(out).toMatchObject({ action: 'UPDATE', revives: true, baseVersion: 4, data: { value: 'new' } });
  });

  it('delete then create over a tombstone is a create', () => {
    const out = joined(remove(1, { baseVersion: 4 }), create(2, { data: { value: 'new' } }), none);
    expect(out).toMatchObject({ action: 'CREATE', revives: false, baseVersion: 4, data: { value: 'new' } });
  });

  it('a replaced row that is deleted again is a delete and revives nothing', () => {
    const replaced = joined(remove(1, { baseVersion: 4 }), create(2), live);
    expect(joined(replaced, remove(3), live)).toMatchObject({ action: 'DELETE', revives: false, data: null });
  });

  it('a delete and an update stay apart: there is no row to update', () => {
    expect(coalesce(remove(1), item(2), live)).toEqual({ kind: 'apart' });
  });

  it('a field keeps the time of its own edit', () => {
    const out = joined(
      item(1, { data: { other: 'o' }, intents: [{ fields: ['other'], at: reading(1), after: null }] }),
      item(2),
      live,
    );
    expect(pickIntents(out.intents, (field) => field === 'other')).toMatchObject([{ at: { wallMs: 1 } }]);
    expect(pickIntents(out.intents, (field) => field === 'value')).toMatchObject([{ at: { wallMs: 2 } }]);
  });
});

function reading(ms: number) {
  return { wallMs: ms, monoMs: ms, boot: 'b' };
}

describe('edits that stay apart', () => {
  const adding = { data: null, increments: { value: 1 }, intents: [] };
  it.each<readonly [string, Item, Item]>([
    ['increments behind an update', item(1), item(2, adding)],
    ['an update behind increments', item(1, adding), item(2)],
    ['increments behind increments', item(1, adding), item(2, adding)],
    ['increments behind a create', create(1), item(2, adding)],
    ['a delete behind increments', item(1, adding), remove(2)],
    ['a member of a group and a single edit', item(1, { group: 'g', groupSize: 2 }), item(2)],
    ['a single edit and a member of a group', item(1), item(2, { group: 'g', groupSize: 2 })],
    ['members of two groups', item(1, { group: 'g', groupSize: 2 }), item(2, { group: 'h', groupSize: 2 })],
    ['an edit behind one on the wire', item(1, { sent: true, state: 'inFlight' }), item(2)],
    ['an edit behind one without a verdict', item(1, { sent: true, state: 'unsettled' }), item(2)],
    ['an edit behind one parked by an HTTP answer', item(1, { sent: true, state: 'parked' }), item(2)],
    ['an edit behind one that failed', item(1, { sent: true, state: 'failed' }), item(2)],
    [
      'an edit behind one that was sent and refused',
      item(1, { sent: true, state: 'parked', verdict: 'rejected' }),
      item(2),
    ],
    ['an edit behind an open conflict', item(1, { sent: true, state: 'conflict', verdict: 'conflict' }), item(2)],
    ['a delete behind a sent create', create(1, { sent: true, state: 'inFlight' }), remove(2)],
  ])('%s', (_name, last, next) => {
    expect(coalesce(last, next, live)).toEqual({ kind: 'apart' });
    expect(coalesce(last, next, none)).toEqual({ kind: 'apart' });
  });

  it('members of one group join', () => {
    const group = { group: 'g', groupSize: 2 };
    expect(joined(create(1, group), item(2, group))).toMatchObject({ action: 'CREATE', group: 'g' });
  });

  it('an item that waits behind another one joins like a pending one, and goes on waiting', () => {
    const waiting = item(1, { state: 'waiting', waitsFor: brandId('c0') });
    expect(joined(waiting, item(2), live)).toMatchObject({ state: 'waiting', waitsFor: 'c0', data: { value: 'v2' } });
  });
});

describe('an item may be folded', () => {
  const decision = { resolution: { sent: false, then: 'leave', body: {} } } as unknown as Partial<Item>;
  it.each<readonly [string, Item, boolean]>([
    ['pending', item(1), true],
    ['waiting', item(1, { state: 'waiting' }), true],
    ['refused, with its verdict held', item(1, { state: 'parked', sent: true, verdict: 'rejected' }), true],
    ['parked without a verdict', item(1, { state: 'parked', sent: true }), false],
    ['on the wire', item(1, { state: 'inFlight', sent: true }), false],
    ['unsettled', item(1, { state: 'unsettled', sent: true }), false],
    ['with increments', item(1, { increments: { value: 1 } }), false],
    ['in a group', item(1, { group: 'g', groupSize: 2 }), false],
    ['with a decision', item(1, decision), false],
  ])('%s: %s', (_name, given, may) => {
    expect(isFoldable(given)).toBe(may);
  });
});
