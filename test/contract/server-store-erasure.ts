import { expect, test } from 'vitest';
import type { Write } from '../../src/server/decide/stored.ts';
import { ana, bea, entry, put, row, verdict } from './server-store-rows.ts';
import type { Bench } from './server-store-suite.ts';

/** A user's data are taken away whole. */
export function erasure(bench: Bench): void {
  const phone = { registeredAt: 1, lastSeenAt: 2, incarnation: null, lastSeq: -1, position: null, appVersion: null };
  const all = (): readonly Write[] => [
    { kind: 'user', user: { counter: 7, writtenAt: 70 } },
    { kind: 'device', device: { ...phone, deviceId: 'phone', schemaVersion: null } },
    ...put(row('n1', 7)),
    { kind: 'verdict', verdict: verdict('c1') },
    { kind: 'history', entry: entry('n1', 7) },
  ];

  test('erasing takes all data of one user, and leaves the mark and a counter that never falls', () => {
    for (const user of [ana, bea]) bench.apply(user, all());
    bench.apply(ana, [{ kind: 'erase', atMs: 90 }]);
    bench.store.read(() => {
      const view = bench.store.user(ana);
      expect(view.user()).toMatchObject({ erasedAt: 90 });
      expect(view.user().counter).toBeGreaterThanOrEqual(7);
      const left = [view.row(row('n1', 7)), view.verdict('c1'), view.device('phone'), ...view.allHistory()];
      expect([left, view.devices(), view.existed(row('n1', 7))]).toEqual([
        [undefined, undefined, undefined],
        [],
        false,
      ]);
      expect(bench.store.users()).toEqual([bea]);
      expect(bench.store.user(bea).row(row('n1', 7))).toBeDefined();
      expect([...bench.store.user(bea).allHistory()]).toEqual([entry('n1', 7)]);
    });
  });

  test('a user who was never there can be erased, and may be let in again', () => {
    bench.apply(ana, [{ kind: 'erase', atMs: 90 }]);
    bench.apply(ana, [{ kind: 'user', user: { counter: 8, writtenAt: 95 } }]);
    bench.store.read(() => expect(bench.store.user(ana).user()).toEqual({ counter: 8, writtenAt: 95, erasedAt: 90 }));
    bench.apply(ana, [{ kind: 'readmit' }]);
    bench.store.read(() => expect(bench.store.user(ana).user()).toEqual({ counter: 8, writtenAt: 95 }));
  });
}

/** The history is kept as long as the purge says. */
export function historyPurge(bench: Bench): void {
  test('a purge forgets old lines of the history, the newest of each row excepted', () => {
    const lines = [entry('a', 1), entry('b', 2), entry('a', 3), entry('a', 5, { updatedAt: 99 }), entry('b', 4)];
    bench.apply(
      ana,
      lines.map((line) => ({ kind: 'history', entry: line })),
    );
    bench.apply(bea, [{ kind: 'history', entry: entry('a', 1) }]);
    const none = { tombstonesBeforeMs: 0, devicesBeforeMs: 0 };
    expect(bench.store.write(() => bench.store.purge(none)).history).toBe(0);
    const purged = bench.store.write(() => bench.store.purge({ ...none, historyBeforeMs: 50 }));
    expect(purged).toEqual({ tombstones: 0, devices: 0, results: 0, history: 3 });
    bench.store.read(() => {
      const versions = Array.from(bench.store.user(ana).allHistory(), (line) => `${line.entityId}${line.version}`);
      expect(versions).toEqual(['a5', 'b4']);
      expect([...bench.store.user(bea).allHistory()]).toHaveLength(1);
    });
  });
}
