import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { brandId, type Epoch, type UserId } from '../../src/core/ids.ts';
import type { Write } from '../../src/server/decide/stored.ts';
import type { ServerStore } from '../../src/server/store/store.ts';
import { erasure, historyPurge } from './server-store-erasure.ts';
import { ana, bea, entry, ids, put, row, verdict, wide } from './server-store-rows.ts';

/** The store under test, opened anew for every test. */
export interface Bench {
  store: ServerStore;
  apply(user: UserId, writes: readonly Write[]): void;
}

/** The contract of `ServerStore`, one test per sentence. `open` gives an empty store with the epoch `e1`. */
export function serverStoreSuite(name: string, open: () => ServerStore): void {
  describe(`${name} keeps the contract of a server store:`, () => {
    const bench = {
      apply: (user: UserId, writes: readonly Write[]) => bench.store.write(() => bench.store.user(user).apply(writes)),
    } as Bench;
    beforeEach(() => {
      bench.store = open();
    });
    afterEach(() => bench.store.close());
    transactions(bench);
    atomicity(bench);
    separation(bench);
    lookups(bench);
    contents(bench);
    pages(bench);
    upkeep(bench);
    erasure(bench);
    historyPurge(bench);
  });
}

function transactions(bench: Bench): void {
  test('what was written is read back in every field', () => {
    const device = {
      deviceId: 'phone',
      registeredAt: 1,
      lastSeenAt: 2,
      incarnation: 'i',
      lastSeq: 3,
      position: 4,
      appVersion: '1.2',
      schemaVersion: 5,
    };
    const problem = { code: 'stale_base', field: 'título' };
    const full = verdict('c1', { status: 'conflict', version: null, problem, seq: null, bodyPrint: null });
    const line = entry('n1', 7, { lostJson: '{"a":1}', outcome: 'merged', settles: 'c0', changed: ['a', 'b,"c'] });
    const dead = row('n1', 7, { deleted: true, dataJson: null, naturalKey: null });
    bench.apply(ana, [
      { kind: 'user', user: { counter: 7, writtenAt: 70 } },
      { kind: 'device', device },
      ...put(dead),
      { kind: 'verdict', verdict: full },
      { kind: 'history', entry: line },
    ]);
    bench.store.read(() => {
      const view = bench.store.user(ana);
      expect(view.user()).toEqual({ counter: 7, writtenAt: 70 });
      expect(view.device('phone')).toEqual(device);
      expect(view.devices()).toEqual([device]);
      expect(view.row(dead)).toEqual(dead);
      expect(view.verdict('c1')).toEqual(full);
      expect(view.history(dead)).toEqual([line]);
    });
  });

  test('what was never written is absent, and a new user stands at number 0', () => {
    bench.store.read(() => {
      const view = bench.store.user(ana);
      expect(view.user()).toEqual({ counter: 0, writtenAt: 0 });
      expect([view.row({ entityType: 'notes', entityId: 'n' }), view.verdict('c'), view.device('d')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(view.existed({ entityType: 'notes', entityId: 'n' })).toBe(false);
    });
  });
}

function atomicity(bench: Bench): void {
  test('when the work throws, nothing of it is left', () => {
    const fail = () =>
      bench.store.write(() => {
        bench.store.user(ana).apply(put(row('n1', 1)));
        bench.store.setEpoch(brandId<Epoch>('e2'));
        throw new Error('in the middle');
      });
    expect(fail).toThrow('in the middle');
    expect(bench.store.read(() => bench.store.user(ana).row(row('n1', 1)))).toBeUndefined();
    expect(bench.store.read(() => bench.store.epoch())).toBe('e1');
  });

  test('a transaction sees its own writes', () => {
    bench.store.write(() => {
      bench.store.user(ana).apply(put(row('n1', 1)));
      expect(bench.store.user(ana).row(row('n1', 1))).toEqual(row('n1', 1));
    });
  });

  test('transactions do not nest', () => {
    expect(() => bench.store.write(() => bench.store.read(() => 1))).toThrow('do not nest');
  });
}

function separation(bench: Bench): void {
  test('users see nothing of each other', () => {
    bench.apply(ana, [
      ...put(row('n1', 1, { naturalKey: 'k' })),
      { kind: 'verdict', verdict: verdict('c1') },
      { kind: 'history', entry: entry('n1', 1) },
    ]);
    bench.store.read(() => {
      const hers = bench.store.user(bea);
      expect(hers.row(row('n1', 1))).toBeUndefined();
      expect(hers.verdict('c1')).toBeUndefined();
      expect(hers.changeAt({ deviceId: 'phone', seq: 1 })).toBeUndefined();
      expect(hers.keyHolder({ entityType: 'notes', naturalKey: 'k' })).toBeUndefined();
      expect(hers.existed(row('n1', 1))).toBe(false);
      expect(hers.effectAt(row('n1', 1), 'c1')).toBeUndefined();
      expect(hers.history(row('n1', 1))).toEqual([]);
      expect(hers.page([{ entityType: 'notes', after: 0 }], wide).rows).toEqual([]);
      expect([...hers.liveRows('notes')]).toEqual([]);
      expect(hers.effects().size + hers.verdicts().length + hers.devices().length).toBe(0);
    });
  });

  test('one user’s write leaves the same row of another as it was', () => {
    bench.apply(ana, put(row('n1', 1)));
    bench.apply(bea, put(row('n1', 9, { dataJson: '{"title":"hers"}' })));
    expect(bench.store.read(() => bench.store.user(ana).row(row('n1', 1)))).toEqual(row('n1', 1));
  });

  test('users are listed in order', () => {
    for (const user of [bea, ana]) bench.apply(user, [{ kind: 'user', user: { counter: 1, writtenAt: 1 } }]);
    expect(bench.store.read(() => bench.store.users())).toEqual(['ana', 'bea']);
  });
}

function lookups(bench: Bench): void {
  test('a place leads to its change, a natural key to the live row that holds it', () => {
    bench.apply(ana, [
      { kind: 'verdict', verdict: verdict('c7', { seq: 7 }) },
      ...put(row('n1', 1, { naturalKey: 'k' })),
    ]);
    bench.store.read(() => {
      const view = bench.store.user(ana);
      expect(view.changeAt({ deviceId: 'phone', seq: 7 })).toBe('c7');
      expect(view.changeAt({ deviceId: 'tablet', seq: 7 })).toBeUndefined();
      expect(view.keyHolder({ entityType: 'notes', naturalKey: 'k' })).toBe('n1');
      expect(view.keyHolder({ entityType: 'other', naturalKey: 'k' })).toBeUndefined();
    });
    bench.apply(ana, put(row('n1', 2, { naturalKey: null })));
    expect(
      bench.store.read(() => bench.store.user(ana).keyHolder({ entityType: 'notes', naturalKey: 'k' })),
    ).toBeUndefined();
  });

  test('a verdict never changes but for what resolved it', () => {
    bench.apply(ana, [{ kind: 'verdict', verdict: verdict('c1') }]);
    bench.apply(ana, [
      { kind: 'verdict', verdict: verdict('c1', { status: 'rejected', version: 9, resolvedBy: 'r1' }) },
    ]);
    expect(bench.store.read(() => bench.store.user(ana).verdict('c1'))).toEqual(verdict('c1', { resolvedBy: 'r1' }));
  });
}

function contents(bench: Bench): void {
  test('history comes oldest first and counts effects by change', () => {
    bench.apply(ana, [
      { kind: 'history', entry: entry('n1', 1) },
      { kind: 'history', entry: entry('n1', 1, { dataJson: '{"b":2}' }) },
    ]);
    bench.store.read(() => {
      expect(
        bench.store
          .user(ana)
          .history(row('n1', 1))
          .map(({ dataJson }) => dataJson),
      ).toEqual(['{}', '{"b":2}']);
      expect(bench.store.user(ana).effects()).toEqual(new Map([['c1', 2]]));
      expect(bench.store.user(ana).existed(row('n1', 1))).toBe(true);
      expect(bench.store.user(ana).effectAt(row('n1', 1), 'c1')).toBe(1);
      expect(bench.store.user(ana).effectAt(row('n2', 1), 'c1')).toBeUndefined();
    });
  });

  test('texts of every kind come back as they were given', () => {
    const odd = ['', ' ', "'; DROP TABLE rows; --", '😀', '\u0000x', 'ＦＵＬＬ', '__proto__', '%', '~&=+'];
    bench.apply(
      ana,
      odd.map(
        (text, at): Write => ({
          kind: 'row',
          row: row(`n${at}${text}`, at + 1, { dataJson: JSON.stringify({ text }) }),
        }),
      ),
    );
    bench.store.read(() => {
      for (const [at, text] of odd.entries()) {
        expect(bench.store.user(ana).row({ entityType: 'notes', entityId: `n${at}${text}` })?.dataJson).toBe(
          JSON.stringify({ text }),
        );
      }
    });
  });
}

function pages(bench: Bench): void {
  test('pages hold whole numbers in order of number, type and id', () => {
    bench.apply(ana, put(row('b', 1), row('a', 1), row('x', 2, { entityType: 'courses' }), row('c', 2), row('d', 3)));
    const from = [
      { entityType: 'notes', after: 0 },
      { entityType: 'courses', after: 0 },
    ];
    bench.store.read(() => {
      const view = bench.store.user(ana);
      const first = view.page(from, { limit: 1, bytesMax: 1_000 });
      expect([ids(first.rows), first.cut]).toEqual([['a', 'b'], 1]);
      const second = view.page(
        from.map((scan) => ({ ...scan, after: 1 })),
        { limit: 2, bytesMax: 1_000 },
      );
      expect([ids(second.rows), second.cut]).toEqual([['x', 'c'], 2]);
      const last = view.page(
        from.map((scan) => ({ ...scan, after: 2 })),
        { limit: 2, bytesMax: 1_000 },
      );
      expect([ids(last.rows), last.cut]).toEqual([['d'], null]);
    });
  });

  test('a page ends with the number at which it holds the bytes wanted, and at the end there is no cut', () => {
    const heavy = { dataJson: JSON.stringify({ title: 'x'.repeat(500) }) };
    bench.apply(ana, put(row('a', 1, heavy), row('b', 2, heavy), row('c', 3, heavy)));
    bench.store.read(() => {
      const page = (limit: number, bytesMax: number) =>
        bench.store.user(ana).page([{ entityType: 'notes', after: 0 }], { limit, bytesMax });
      expect([ids(page(100, 600).rows), page(100, 600).cut]).toEqual([['a', 'b'], 2]);
      expect(page(3, 10_000).cut).toBeNull();
      expect(page(1, 10_000).cut).toBe(1);
    });
  });

  test('live rows come in order of ids, without tombstones', () => {
    bench.apply(ana, put(row('b', 1), row('a', 2), row('c', 3, { deleted: true, dataJson: null })));
    expect(bench.store.read(() => ids([...bench.store.user(ana).liveRows('notes')]))).toEqual(['a', 'b']);
  });

  test('the newest number before a time is found by type', () => {
    bench.apply(ana, put(row('a', 1), row('b', 2), row('c', 3, { entityType: 'courses' })));
    bench.store.read(() => {
      expect(bench.store.user(ana).newestBefore('notes', 20)).toBe(1);
      expect(bench.store.user(ana).newestBefore('notes', 21)).toBe(2);
      expect(bench.store.user(ana).newestBefore('notes', 5)).toBe(0);
    });
  });
}

function upkeep(bench: Bench): void {
  test('the catalogue is one for all users and has its own counter', () => {
    const quote = {
      entityType: 'quotes',
      entityId: 'q1',
      version: 1,
      deleted: false,
      dataJson: '{"text":"Be."}',
      updatedAt: 5,
    };
    bench.store.write(() => bench.store.catalogue.put([quote], { counter: 1, writtenAt: 5 }));
    bench.store.read(() => {
      for (const user of [ana, bea]) {
        expect(bench.store.user(user).catalogueRow(quote)).toEqual(quote);
        expect(bench.store.user(user).cataloguePage([{ entityType: 'quotes', after: 0 }], wide).rows).toEqual([quote]);
        expect(bench.store.user(user).catalogueCounter()).toBe(1);
        expect(bench.store.user(user).user().counter).toBe(0);
      }
      expect(bench.store.catalogue.state()).toEqual({ counter: 1, writtenAt: 5 });
    });
  });

  test('a purge forgets old tombstones only, and remembers the highest version lost by user and type', () => {
    const dead = { deleted: true, dataJson: null };
    bench.apply(ana, put(row('a', 1, dead), row('b', 2, dead), row('c', 9, dead), row('d', 3)));
    bench.apply(bea, put(row('a', 4)));
    const purged = bench.store.write(() => bench.store.purge({ tombstonesBeforeMs: 50, devicesBeforeMs: 0 }));
    expect(purged).toEqual({ tombstones: 2, devices: 0, results: 0, history: 0 });
    bench.store.read(() => {
      expect(bench.store.user(ana).purgedBelow('notes')).toBe(2);
      expect(bench.store.user(ana).purgedBelow('courses')).toBe(0);
      expect(bench.store.user(bea).purgedBelow('notes')).toBe(0);
      expect(bench.store.user(ana).row(row('a', 1))).toBeUndefined();
      expect(bench.store.user(ana).row(row('c', 9))).toBeDefined();
    });
  });
}
