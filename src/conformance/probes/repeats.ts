import { session } from '../changes.ts';
import { checkGrown } from '../grown-check.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'effects doubled';

/** A change that is sent again, as after every lost answer. */
export const repeats: readonly Probe[] = [
  {
    claim: 'a-repeat-is-a-duplicate',
    says: 'A change sent again is `duplicate` with the first verdict and version, and the current row; nothing is written again.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), session());
      const version = (await device.push(change)).version(change);
      const again = (await device.push(change)).of(change);
      checkVerdict(again, { status: 'duplicate', first: 'applied', of: 'the repeat', row: change });
      check(again.version === version, { expected: `version ${version}`, saw: again.version, row: change });
      check(again.row !== undefined, { expected: 'the current row with a duplicate', saw: 'no row', row: change });
      const row = await device.row(change);
      check(row?.version === version, {
        expected: `the row still at version ${version}`,
        saw: row?.version,
        row: change,
      });
    },
  },
  {
    claim: 'a-repeat-writes-nothing-over-newer-values',
    says: 'A change that is sent again after others wrote does not undo them.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const older = device.update(key, { notes: 'older' }, { baseVersion: version });
      const base = (await device.push(older)).version(older);
      const newer = device.update(key, { notes: 'newer' }, { baseVersion: base });
      (await device.push(newer)).version(newer);
      await device.push(older);
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'newer', { expected: 'the newer notes after a repeat of the older', saw: notes, row: key });
    },
  },
  {
    claim: 'a-repeat-counts-once',
    says: 'Increments that are sent again are not added again.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, row } = await bench.counters(device);
      const change = device.add(key, { totalMinutes: 5 }, { baseVersion: row.version });
      for (let times = 0; times < 3; times += 1) await device.push(change);
      await checkGrown(device, { key, from: row, by: 5 });
    },
  },
  {
    claim: 'parallel-repeats-count-once',
    says: 'The same push sent eight times at once takes effect once.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, row } = await bench.counters(device);
      const change = device.add(key, { totalMinutes: 5 }, { baseVersion: row.version });
      const answers = await Promise.all(Array.from({ length: 8 }, () => device.askPush([change])));
      const odd = answers.find(({ status }) => status >= 500 || (status !== 200 && status !== 409));
      check(odd === undefined, {
        expected: 'each of them to be 200, or 409 while the first is judged',
        saw: odd?.text,
      });
      await device.push(change);
      await checkGrown(device, { key, from: row, by: 5 });
    },
  },
  {
    claim: 'a-repeat-in-one-push-counts-once',
    says: 'A change that stands twice in one push takes effect once.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, row } = await bench.counters(device);
      const change = device.add(key, { totalMinutes: 5 }, { baseVersion: row.version });
      await device.push(change, change);
      await checkGrown(device, { key, from: row, by: 5 });
    },
  },
  {
    claim: 'a-conflict-stays-a-conflict',
    says: 'The verdict `conflict` is stored: sent again, even with a newer base, the change is `duplicate` of it.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const clashing = device.create(key, session({ notes: 'again' }));
      checkVerdict((await device.push(clashing)).of(clashing), {
        status: 'conflict',
        of: 'a CREATE over a live row',
        row: key,
      });
      const again = (await device.push({ ...clashing, baseVersion: version })).of(clashing);
      checkVerdict(again, { status: 'duplicate', first: 'conflict', of: 'its repeat with a newer base', row: key });
    },
  },
  {
    claim: 'a-rejection-stays-a-rejection',
    says: 'The verdict `rejected` is stored with its problem: sent again, the change is `duplicate` of it.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const bad = device.create(bench.key(), session({ rating: 7 }));
      checkVerdict((await device.push(bad)).of(bad), { status: 'rejected', of: 'a rating of 7' });
      const again = (await device.push(bad)).of(bad);
      checkVerdict(again, { status: 'duplicate', first: 'rejected', of: 'its repeat' });
      check(again.problem?.code !== undefined, { expected: 'the first problem with the repeat', saw: again });
    },
  },
  {
    claim: 'an-id-with-another-body-is-refused',
    says: 'A known id with another body is `rejected` `id_reused`, has no effect, and leaves the first verdict.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), session());
      (await device.push(change)).version(change);
      const other = { ...change, data: session({ notes: 'another body' }) };
      checkVerdict((await device.push(other)).of(other), {
        status: 'rejected',
        codes: ['id_reused'],
        of: 'another body under a known id',
        row: change,
      });
      const notes = (await device.row(change))?.data?.notes;
      check(notes === 'first', { expected: 'the notes of the first body', saw: notes, row: change });
      checkVerdict((await device.push(change)).of(change), {
        status: 'duplicate',
        first: 'applied',
        of: 'the first body again',
        row: change,
      });
    },
  },
  {
    claim: 'what-may-differ-in-a-repeat-may-differ',
    says: 'Base, stamps, seq and dependsOn may differ in a repeat: it is still `duplicate`.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const change = device.update(key, { rating: 4 }, { baseVersion: version });
      const first = (await device.push(change)).version(change);
      const again = {
        ...change,
        baseVersion: first,
        stamps: { rating: device.stamp(5) },
        seq: device.nextSeq(),
        dependsOn: [],
      };
      checkVerdict((await device.push(again)).of(again), {
        status: 'duplicate',
        first: 'applied',
        of: 'a repeat with another base, stamp and seq',
        row: key,
      });
    },
  },
];
