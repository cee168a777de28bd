import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brandId, type ChangeId } from '../../../src/core/ids.ts';
import type { Item } from '../../../src/core/queue/item.ts';
import { arrange, holderAtEnd, isFrozen } from '../../../src/core/queue/order.ts';
import { item } from './sample-item.ts';

const adding = { data: null, increments: { value: 1 }, intents: [] };
const create = { action: 'CREATE' } as const;

function states(chain: readonly Item[], passable: string | null = null): readonly string[] {
  return arrange(chain, passable === null ? null : brandId<ChangeId>(passable)).map(
    ({ state, waitsFor }) => `${state}${waitsFor === null ? '' : ` ${waitsFor}`}`,
  );
}

describe('the items of one row', () => {
  it('go one after another, each behind the one before it', () => {
    expect(states([item(1), item(2), item(3)])).toEqual(['pending', 'waiting c1', 'waiting c2']);
  });

  it('increments wait for the create of their row alone', () => {
    const chain = [item(1, create), item(2), item(3, adding), item(4, adding)];
    expect(states(chain)).toEqual(['pending', 'waiting c1', 'waiting c1', 'waiting c1']);
    expect(states(chain.slice(1))).toEqual(['pending', 'pending', 'pending']);
  });

  it('increments wait for what revives the row, and for a delete before them', () => {
    expect(states([item(1, { revives: true }), item(2, adding)])).toEqual(['pending', 'waiting c1']);
    expect(states([item(1, { action: 'DELETE', data: null }), item(2, adding)])).toEqual(['pending', 'waiting c1']);
  });

  it('an edit waits for increments before it', () => {
    expect(states([item(1, adding), item(2)])).toEqual(['pending', 'waiting c1']);
  });

  it('members of a group do not hold each other', () => {
    const group = { group: 'g', groupSize: 2 };
    expect(states([item(1, group), item(2, group), item(3)])).toEqual(['pending', 'pending', 'waiting c2']);
  });

  it('a parked item holds the rest of its row', () => {
    expect(states([item(1, { state: 'parked' }), item(2)])).toEqual(['parked', 'waiting c1']);
  });

  it('the item of an open conflict holds no other field up', () => {
    const chain = [item(1, { state: 'conflict' }), item(2)];
    expect(states(chain)).toEqual(['conflict', 'waiting c1']);
    expect(states(chain, 'c1')).toEqual(['conflict', 'pending']);
  });

  it('a withdrawal waits for nothing: what is earlier may wait for the verdict that it brings', () => {
    const resolution = { sent: false, then: 'drop', body: { outcome: 'withdraw' } } as Item['resolution'];
    expect(states([item(1), item(2, { sent: true, resolution }), item(3)])).toEqual([
      'pending',
      'pending',
      'waiting c2',
    ]);
  });

  it('an item that waits for a change of another row goes on waiting', () => {
    const foreign = {
      state: 'waiting',
      waitsFor: brandId<ChangeId>('p'),
      dependsOn: [brandId<ChangeId>('p')],
    } as const;
    expect(states([item(1, foreign)])).toEqual(['waiting p']);
    expect(states([item(1, { state: 'waiting', waitsFor: brandId<ChangeId>('gone') })])).toEqual(['pending']);
  });

  it('a chain that stands right is given back as it is', () => {
    const chain = arrange([item(1), item(2)], null);
    expect(arrange(chain, null)).toBe(chain);
  });
});

const anyItem = fc.record({
  action: fc.constantFrom('CREATE', 'UPDATE', 'DELETE' as const),
  adds: fc.boolean(),
  revives: fc.boolean(),
  group: fc.option(fc.constantFrom('g', 'h')),
  state: fc.constantFrom('pending', 'inFlight', 'unsettled', 'waiting', 'parked', 'failed', 'conflict' as const),
});

const anyChain = fc.array(anyItem, { maxLength: 8 }).map((all) =>
  all.map(({ action, adds, revives, group, state }, at) =>
    item(at + 1, {
      action,
      revives: revives && action === 'UPDATE',
      state,
      group,
      ...(adds && action === 'UPDATE' ? adding : {}),
    }),
  ),
);

/** The law in its own words, apart from the code: what an earlier item of a row keeps from being sent. */
function mustWait(earlier: Item, later: Item): boolean {
  if (earlier.group !== null && earlier.group === later.group) return false;
  const adds = later.increments !== null;
  return !adds || earlier.action === 'CREATE' || earlier.action === 'DELETE' || earlier.revives;
}

describe('any chain of one row (law 4)', () => {
  it('has no pending item behind one that holds it, and no waiting one that nothing holds', () => {
    fc.assert(
      fc.property(anyChain, (chain) => {
        arrange(chain, null).forEach((later, at) => {
          const holders = chain.slice(0, at).filter((earlier) => mustWait(earlier, later));
          if (later.state === 'pending') expect(holders).toEqual([]);
          if (later.state === 'waiting') expect(holders.map(({ id }) => id)).toContain(later.waitsFor);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing but waiting, and gives the same when asked again', () => {
    fc.assert(
      fc.property(anyChain, (chain) => {
        const once = arrange(chain, null);
        expect(arrange(once, null)).toEqual(once);
        once.forEach((arranged, at) => {
          const { state, waitsFor, ...rest } = arranged;
          expect(chain[at]).toMatchObject(rest);
          const moves = chain[at]?.state === 'pending' || chain[at]?.state === 'waiting';
          if (!moves) expect(arranged).toBe(chain[at]);
          expect([state, waitsFor]).toBeDefined();
        });
      }),
      { numRuns: 200 },
    );
  });

  it('an item appended with a look at the newest one alone is never sent ahead of what holds it', () => {
    fc.assert(
      fc.property(anyChain, anyItem, (chain, { adds }) => {
        const stands = arrange(chain.reduce(asReached, []), null);
        const next = item(stands.length + 1, adds ? adding : {});
        const waitsFor = holderAtEnd(stands.at(-1), next);
        // The short look may hold an increment that could go, never let go what must wait.
        if (waitsFor === null) expect(arrange([...stands, next], null).at(-1)?.state).toBe('pending');
      }),
      { numRuns: 300 },
    );
  });
});

/** As a queue comes about: what was handed over had nothing before it that holds it, and no group is open. */
function asReached(chain: readonly Item[], next: Item): readonly Item[] {
  const single = { ...next, group: null };
  const held = chain.some((earlier) => mustWait(earlier, single));
  return [...chain, held ? { ...single, state: 'pending' } : single];
}

describe('an item is frozen', () => {
  it.each<readonly [string, Partial<Item>, boolean]>([
    ['unsent', {}, false],
    ['on the wire', { sent: true, state: 'inFlight' }, true],
    ['parked by an HTTP answer', { sent: true, state: 'parked' }, true],
    ['failed', { sent: true, state: 'failed' }, true],
    ['with a held verdict', { sent: true, state: 'parked', verdict: 'rejected' }, false],
    ['applied, its row awaited', { sent: true, state: 'unsettled', settledAt: 4 }, false],
  ])('%s: %s', (_name, change, is) => {
    expect(isFrozen(item(1, change))).toBe(is);
  });

  it('while its decision is with the server', () => {
    const resolution = { sent: true, then: 'leave', body: {} } as unknown as Item['resolution'];
    expect(isFrozen(item(1, { sent: true, verdict: 'conflict', resolution }))).toBe(true);
  });
});
