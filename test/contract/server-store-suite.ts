import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { brandId, type Epoch } from '../../src/core/ids.ts';
import type { Write } from '../../src/server/decide/stored.ts';
import type { AsyncStore } from '../../src/server/store/async-store.ts';
import type { Bench } from './server-store-bench.ts';
import { storeCopies } from './server-store-copies.ts';
import { erasure, historyPurge } from './server-store-erasure.ts';
import { storeReading } from './server-store-reading.ts';
import { ana, bea, entry, put, row, verdict, wide } from './server-store-rows.ts';
import { storeUpkeep } from './server-store-upkeep.ts';

/** The contract of `AsyncStore`, one test per sentence. `open` gives an empty store with the epoch `e1`. */
export function serverStoreSuite(name: string, open: () => Promise<AsyncStore>): void {
  describe(`${name} keeps the contract of a server store:`, () => {
    const bench = {
      apply: (user, writes) => bench.store.transact({ user, access: 'write' }, () => ({ value: undefined, writes })),
      see: (user, look) =>
        bench.store.transact({ user, access: 'read' }, ({ view }) => ({ value: look(view), writes: [] })),
    } as Bench;
    beforeEach(async () => {
      bench.store = await open();
    });
    afterEach(() => bench.store.close());
    transactions(bench);
    atomicity(bench);
    isolation(bench);
    separation(bench);
    lookups(bench);
    storeReading(bench);
    storeUpkeep(bench);
    erasure(bench);
    historyPurge(bench);
    storeCopies(bench);
  });
}

function transactions(bench: Bench): void {
  test('what was written is read back in every field', async () => {
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
    await bench.apply(ana, [
      { kind: 'user', user: { counter: 7, writtenAt: 70 } },
      { kind: 'device', device },
      ...put(dead),
      { kind: 'verdict', verdict: full },
      { kind: 'history', entry: line },
    ]);
    await bench.see(ana, (view) => {
      expect(view.user()).toEqual({ counter: 7, writtenAt: 70 });
      expect(view.device('phone')).toEqual(device);
      expect(view.devices()).toEqual([device]);
      expect(view.row(dead)).toEqual(dead);
      expect(view.verdict('c1')).toEqual(full);
      expect(view.history(dead)).toEqual([line]);
    });
  });

  test('what was never written is absent, and a new user stands at number 0', async () => {
    await bench.see(ana, (view) => {
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
  test('when the work throws, nothing of it is left', async () => {
    const fail = bench.store.transact({ user: ana, access: 'write' }, ({ view }) => {
      if (view.user().counter === 0) throw new Error('in the middle');
      return { value: 1, writes: put(row('n1', 1)) };
    });
    await expect(fail).rejects.toThrow('in the middle');
    expect(await bench.see(ana, (view) => view.row(row('n1', 1)))).toBeUndefined();
  });

  test('when a change of the catalogue throws, what its transaction wrote to the user is not left either', async () => {
    const catalogue = {
      keys: [],
      work: (): never => {
        throw new Error('no sum');
      },
    };
    const fail = bench.store.transact({ user: ana, access: 'write' }, () => {
      return { value: 1, writes: put(row('n1', 1)), catalogue };
    });
    await expect(fail).rejects.toThrow('no sum');
    expect(await bench.see(ana, (view) => view.row(row('n1', 1)))).toBeUndefined();
  });

  test('reading work writes nothing', async () => {
    await bench.store.transact({ user: ana, access: 'read' }, () => ({ value: 1, writes: put(row('n1', 1)) }));
    expect(await bench.see(ana, (view) => view.row(row('n1', 1)))).toBeUndefined();
  });
}

function isolation(bench: Bench): void {
  test('work that writes to one user is alone: fifty at once give fifty numbers, none twice', async () => {
    const rise = () =>
      bench.store.transact({ user: ana, access: 'write' }, ({ view }) => {
        const counter = view.user().counter + 1;
        const user: Write = { kind: 'user', user: { counter, writtenAt: counter } };
        return { value: counter, writes: [user, ...put(row(`n${counter}`, counter))] };
      });
    const numbers = await Promise.all(Array.from({ length: 50 }, rise));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    expect((await bench.see(ana, (view) => view.page([{ entityType: 'notes', after: 0 }], wide))).rows).toHaveLength(
      50,
    );
  });

  test('the epoch is the one the store began with, until another is set', async () => {
    expect(await bench.store.epoch()).toBe('e1');
    await bench.store.setEpoch(brandId<Epoch>('e2'));
    expect(await bench.store.epoch()).toBe('e2');
    const seen = await bench.store.transact({ user: ana, access: 'write' }, ({ epoch }) => ({
      value: epoch,
      writes: [],
    }));
    expect(seen).toBe('e2');
    await expect(bench.store.ping()).resolves.toBeUndefined();
  });
}

function separation(bench: Bench): void {
  test('users see nothing of each other', async () => {
    await bench.apply(ana, [
      ...put(row('n1', 1, { naturalKey: 'k' })),
      { kind: 'verdict', verdict: verdict('c1') },
      { kind: 'history', entry: entry('n1', 1) },
    ]);
    await bench.see(bea, (hers) => {
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

  test('one user’s write leaves the same row of another as it was', async () => {
    await bench.apply(ana, put(row('n1', 1)));
    await bench.apply(bea, put(row('n1', 9, { dataJson: '{"title":"hers"}' })));
    expect(await bench.see(ana, (view) => view.row(row('n1', 1)))).toEqual(row('n1', 1));
  });

  test('users are listed in order', async () => {
    for (const user of [bea, ana]) await bench.apply(user, [{ kind: 'user', user: { counter: 1, writtenAt: 1 } }]);
    expect(await bench.store.users({ after: null, limit: 9 })).toEqual(['ana', 'bea']);
    expect(await bench.store.users({ after: ana, limit: 9 })).toEqual(['bea']);
    expect(await bench.store.users({ after: null, limit: 1 })).toEqual(['ana']);
  });
}

function lookups(bench: Bench): void {
  test('a place leads to its change, a natural key to the live row that holds it', async () => {
    await bench.apply(ana, [
      { kind: 'verdict', verdict: verdict('c7', { seq: 7 }) },
      ...put(row('n1', 1, { naturalKey: 'k' })),
    ]);
    await bench.see(ana, (view) => {
      expect(view.changeAt({ deviceId: 'phone', seq: 7 })).toBe('c7');
      expect(view.changeAt({ deviceId: 'tablet', seq: 7 })).toBeUndefined();
      expect(view.keyHolder({ entityType: 'notes', naturalKey: 'k' })).toBe('n1');
      expect(view.keyHolder({ entityType: 'other', naturalKey: 'k' })).toBeUndefined();
    });
    await bench.apply(ana, put(row('n1', 2, { naturalKey: null })));
    const holder = await bench.see(ana, (view) => view.keyHolder({ entityType: 'notes', naturalKey: 'k' }));
    expect(holder).toBeUndefined();
  });

  test('a verdict never changes but for what resolved it', async () => {
    await bench.apply(ana, [{ kind: 'verdict', verdict: verdict('c1') }]);
    await bench.apply(ana, [
      { kind: 'verdict', verdict: verdict('c1', { status: 'rejected', version: 9, resolvedBy: 'r1' }) },
    ]);
    expect(await bench.see(ana, (view) => view.verdict('c1'))).toEqual(verdict('c1', { resolvedBy: 'r1' }));
  });
}
