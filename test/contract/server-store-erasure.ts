import { expect, test } from 'vitest';
import type { Write } from '../../src/server/decide/stored.ts';
import type { Bench } from './server-store-bench.ts';
import { ana, bea, entry, put, row, verdict } from './server-store-rows.ts';

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

  test('erasing takes all data of one user, and leaves the mark and a counter that never falls', async () => {
    for (const user of [ana, bea]) await bench.apply(user, all());
    await bench.apply(ana, [{ kind: 'erase', atMs: 90 }]);
    await bench.see(ana, (view) => {
      expect(view.user()).toMatchObject({ erasedAt: 90 });
      expect(view.user().counter).toBeGreaterThanOrEqual(7);
      const left = [view.row(row('n1', 7)), view.verdict('c1'), view.device('phone'), ...view.allHistory()];
      expect([left, view.devices(), view.existed(row('n1', 7))]).toEqual([
        [undefined, undefined, undefined],
        [],
        false,
      ]);
    });
    expect(await bench.store.users({ after: null, limit: 9 })).toEqual([bea]);
    await bench.see(bea, (view) => {
      expect(view.row(row('n1', 7))).toBeDefined();
      expect([...view.allHistory()]).toEqual([entry('n1', 7)]);
    });
  });

  test('a user who was never there can be erased, and may be let in again', async () => {
    const user = () => bench.see(ana, (view) => view.user());
    await bench.apply(ana, [{ kind: 'erase', atMs: 90 }]);
    await bench.apply(ana, [{ kind: 'user', user: { counter: 8, writtenAt: 95 } }]);
    expect(await user()).toEqual({ counter: 8, writtenAt: 95, erasedAt: 90 });
    await bench.apply(ana, [{ kind: 'readmit' }]);
    expect(await user()).toEqual({ counter: 8, writtenAt: 95 });
  });
}

/** The history is kept as long as the purge says. */
export function historyPurge(bench: Bench): void {
  test('a purge forgets old lines of the history, the newest of each row excepted', async () => {
    const lines = [entry('a', 1), entry('b', 2), entry('a', 3), entry('a', 5, { updatedAt: 99 }), entry('b', 4)];
    const user: Write = { kind: 'user', user: { counter: 5, writtenAt: 99 } };
    await bench.apply(ana, [user, ...lines.map((line): Write => ({ kind: 'history', entry: line }))]);
    await bench.apply(bea, [user, { kind: 'history', entry: entry('a', 1) }]);
    const none = { tombstonesBeforeMs: 0, devicesBeforeMs: 0 };
    expect((await bench.store.purge(none)).history).toBe(0);
    const purged = await bench.store.purge({ ...none, historyBeforeMs: 50 });
    expect(purged).toEqual({ tombstones: 0, devices: 0, results: 0, history: 3 });
    const versions = await bench.see(ana, (view) =>
      Array.from(view.allHistory(), (line) => `${line.entityId}${line.version}`),
    );
    expect(versions).toEqual(['a5', 'b4']);
    expect(await bench.see(bea, (view) => [...view.allHistory()])).toHaveLength(1);
  });
}
