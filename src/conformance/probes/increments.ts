import { checkGrown } from '../grown-check.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'increments';
const key = { entityType: 'meditationStats', entityId: 'me' };

/** Counters: summed, never judged, never overwritten. */
export const increments: readonly Probe[] = [
  {
    claim: 'increments-add-up-from-any-base',
    says: 'Increments are summed whatever their base; none of them clashes.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { row } = await bench.counters(device);
      const other = bench.sibling(device);
      const changes = [3, 4].map((minutes) => other.add(key, { totalMinutes: minutes }, { baseVersion: row.version }));
      for (const change of changes) {
        checkVerdict((await other.push(change)).of(change), {
          status: 'applied',
          of: 'an increment on an old base',
          row: key,
        });
      }
      await checkGrown(device, { key, from: row, by: 7 });
    },
  },
  {
    claim: 'parallel-increments-add-up',
    says: 'Increments of many devices at once all count.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { row } = await bench.counters(device);
      await Promise.all(
        Array.from({ length: 6 }, async () => {
          const lane = bench.sibling(device);
          for (let times = 0; times < 4; times += 1) {
            const change = lane.add(key, { totalMinutes: 1 }, { baseVersion: row.version });
            (await lane.push(change)).version(change);
          }
        }),
      );
      await checkGrown(device, { key, from: row, by: 24 });
    },
  },
  {
    claim: 'a-counter-is-not-set',
    says: 'A counter in `data` is refused, in CREATE and UPDATE alike.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { row } = await bench.counters(device);
      const changes = [
        device.update(key, { totalMinutes: 9_999 }, { baseVersion: row.version }),
        device.create(key, { totalMinutes: 9_999, longestStreakDays: 1 }),
      ];
      const verdicts = await device.push(...changes);
      for (const change of changes) {
        const { status } = verdicts.of(change);
        check(status === 'rejected', {
          expected: `${change.action} of a counter's value to be rejected`,
          saw: status,
          row: key,
        });
      }
      await checkGrown(device, { key, from: row, by: 0 });
    },
  },
  {
    claim: 'an-increment-leaves-fields-alone',
    says: 'Increments and values of one row do not undo each other.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { row } = await bench.counters(device);
      const set = device.update(key, { lastSessionAt: '2026-03-01T06:42:00Z' }, { baseVersion: row.version });
      const base = (await device.push(set)).version(set);
      const counted = device.add(key, { totalMinutes: 2 }, { baseVersion: row.version });
      const later = device.update(key, { lastSessionAt: '2026-03-02T06:42:00Z' }, { baseVersion: base });
      const verdicts = await device.push(counted, later);
      checkVerdict(verdicts.of(counted), { status: 'applied', of: 'the increment', row: key });
      checkVerdict(verdicts.of(later), { status: 'applied', of: 'a value whose field nobody else changed', row: key });
      const saw = (await device.row(key))?.data?.lastSessionAt;
      check(saw === '2026-03-02T06:42:00Z', { expected: 'the value that was set last', saw, row: key });
      await checkGrown(device, { key, from: row, by: 2 });
    },
  },
  {
    claim: 'a-tombstone-keeps-its-sums',
    says: 'A row made anew over its tombstone goes on from the sums that the tombstone keeps.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device(bench.drawn);
      const { row } = await bench.counters(device);
      const counted = device.add(key, { totalMinutes: 6 }, { baseVersion: row.version });
      const version = (await device.push(counted)).version(counted);
      const gone = device.remove(key, version);
      const tombstone = (await device.push(gone)).version(gone);
      const again = device.create(
        key,
        { longestStreakDays: 0 },
        { baseVersion: tombstone, increments: { totalMinutes: 2 } },
      );
      (await device.push(again)).version(again);
      await checkGrown(device, { key, from: row, by: 8 });
    },
  },
];
