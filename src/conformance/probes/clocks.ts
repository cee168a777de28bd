import { session } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';

const topic = 'clock handling';
const hourMs = 3_600_000;
const leadMs = 5 * 60_000;

/** Stamps of devices whose clocks are wrong, and the server's own time. */
export const clocks: readonly Probe[] = [
  {
    claim: 'a-stamp-from-the-future-is-brought-back',
    says: 'A stamp more than five minutes ahead of the server gets its time; `applied` carries the row that says so.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const stamps = Object.fromEntries(Object.keys(session()).map((field) => [field, device.stamp(24 * hourMs)]));
      const change = { ...device.create(bench.key(), session()), stamps };
      const verdicts = await device.push(change);
      verdicts.version(change);
      const { serverTime } = await device.pull({ entityTypes: ['preferences'] });
      const stored = (await device.row(change))?.stamps.notes ?? '';
      check(Number(stored.slice(0, 13)) <= serverTime + leadMs, {
        expected: `a stamp of about ${serverTime}`,
        saw: stored,
        row: change,
      });
      const told = verdicts.of(change).row?.stamps.notes;
      check(told === stored, { expected: 'the stored stamp in the answer', saw: told ?? 'no row', row: change });
    },
  },
  {
    claim: 'a-sound-stamp-stays',
    says: 'A stamp of the past, or a little ahead, is stored as it was sent.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      for (const laterMs of [-30 * 24 * hourMs, 60_000]) {
        const stamp = device.stamp(laterMs);
        const stamps = Object.fromEntries(Object.keys(session()).map((field) => [field, stamp]));
        const change = { ...device.create(bench.key(), session()), stamps };
        (await device.push(change)).version(change);
        const stored = (await device.row(change))?.stamps.notes;
        check(stored === stamp, { expected: `the stamp ${stamp}`, saw: stored, row: change });
      }
    },
  },
  {
    claim: 'a-wrong-timestamp-decides-nothing',
    says: "The wall time of a device's change is for people: neither an old nor a future one changes the verdict.",
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const first = device.update(key, { notes: 'first in' }, { baseVersion: version, timestamp: 1 });
      const base = (await device.push(first)).version(first);
      const second = device.update(key, { notes: 'second in' }, { baseVersion: base, timestamp: 0 });
      (await device.push(second)).version(second);
      const third = device.update(key, { notes: 'stale' }, { baseVersion: version, timestamp: 4_000_000_000_000 });
      const { status } = (await device.push(third)).of(third);
      check(status === 'conflict', { expected: 'a stale base to clash whatever the timestamp', saw: status, row: key });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'second in', { expected: 'the notes that were applied last', saw: notes, row: key });
    },
  },
  {
    claim: 'server-time-is-one-time',
    says: '`serverTime` is in ms, does not fall from answer to answer, and agrees with `Date`.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const first = await device.askPull();
      const second = await device.askPush([device.create(bench.key(), session())]);
      const [earlier, later] = [first, second].map(({ json }) =>
        Number((json as { readonly serverTime?: unknown }).serverTime),
      );
      const isMs = earlier !== undefined && Number.isInteger(earlier) && earlier > 1_000_000_000_000;
      check(isMs, { expected: 'a time in ms', saw: earlier });
      check(later !== undefined && later >= earlier, { expected: `no time before ${earlier}`, saw: later });
      const date = Date.parse(first.headers.date ?? '');
      check(Number.isNaN(date) || Math.abs(date - earlier) < 5_000, {
        expected: `a serverTime near ${first.headers.date}`,
        saw: earlier,
      });
    },
  },
];
