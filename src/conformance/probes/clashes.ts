import { session } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'lost updates';

/** Two changes from one base. */
export const clashes: readonly Probe[] = [
  {
    claim: 'the-same-field-clashes',
    says: 'A change of a field that changed after its base is `conflict`; the row stays.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const first = device.update(key, { notes: 'mine' }, { baseVersion: version });
      (await device.push(first)).version(first);
      const second = bench.sibling(device).update(key, { notes: 'yours' }, { baseVersion: version });
      const verdict = (await bench.sibling(device).push(second)).of(second);
      checkVerdict(verdict, { status: 'conflict', of: 'a change of the same field from the same base', row: key });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'mine', { expected: 'the notes that were applied', saw: notes, row: key });
    },
  },
  {
    claim: 'a-conflict-carries-the-current-row',
    says: '`conflict` carries the row as it is.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const first = device.update(key, { notes: 'mine' }, { baseVersion: version });
      const current = (await device.push(first)).version(first);
      const second = device.update(key, { notes: 'yours' }, { baseVersion: version });
      const { status, row } = (await device.push(second)).of(second);
      check(status === 'conflict' && row !== undefined, {
        expected: 'a conflict with the current row',
        saw: { status, row },
        row: key,
      });
      check(row.version === current && row.data?.notes === 'mine' && row.data?.rating === 3, {
        expected: `the whole row at version ${current}`,
        saw: row,
        row: key,
      });
    },
  },
  {
    claim: 'other-fields-do-not-undo-each-other',
    says: 'Changes of different fields from one base both stand, or the second is `conflict`; `applied` carries the row, as it changed after the base.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const first = device.update(key, { notes: 'mine' }, { baseVersion: version });
      (await device.push(first)).version(first);
      const second = device.update(key, { rating: 5 }, { baseVersion: version });
      const { status, row } = (await device.push(second)).of(second);
      const now = await device.row(key);
      check(now?.data?.notes === 'mine', { expected: 'the notes of the first change', saw: now?.data, row: key });
      check(status === 'applied' || status === 'conflict', { expected: 'applied, or conflict', saw: status, row: key });
      if (status === 'conflict') return;
      check(now.data.rating === 5, { expected: 'the rating of the applied change', saw: now.data.rating, row: key });
      check(row?.data?.notes === 'mine', {
        expected: '`applied` with the row, which changed after the base',
        saw: row,
        row: key,
      });
    },
  },
  {
    claim: 'parallel-writers-of-a-field-have-one-winner',
    says: 'Of changes of one field from one base, sent at once, exactly one is applied, and its value stands.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const lanes = Array.from({ length: 6 }, (_, at) => ({ lane: bench.sibling(device), notes: `of ${at}` }));
      const judged = await Promise.all(
        lanes.map(async ({ lane, notes }) => {
          const change = lane.update(key, { notes }, { baseVersion: version });
          return { notes, status: (await lane.push(change)).of(change).status };
        }),
      );
      const winners = judged.filter(({ status }) => status === 'applied');
      check(winners.length === 1, { expected: 'one of six to be applied', saw: judged, row: key });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === winners[0]?.notes, { expected: `the notes ${winners[0]?.notes}`, saw: notes, row: key });
    },
  },
  {
    claim: 'a-create-over-a-live-row-is-a-conflict',
    says: 'CREATE over a live row is `conflict`, with that row.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key } = await bench.madeRow(device);
      const again = device.create(key, session({ notes: 'again' }));
      checkVerdict((await device.push(again)).of(again), {
        status: 'conflict',
        of: 'a CREATE over a live row',
        row: key,
      });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'first', { expected: 'the row as it was', saw: notes, row: key });
    },
  },
  {
    claim: 'parallel-creates-of-an-id-have-one-winner',
    says: 'Of CREATEs of one row, sent at once, exactly one is applied.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      await device.pull();
      const key = bench.key();
      const statuses = await Promise.all(
        Array.from({ length: 6 }, async (_, at) => {
          const lane = bench.sibling(device);
          const change = lane.create(key, session({ notes: `of ${at}` }));
          return (await lane.push(change)).of(change).status;
        }),
      );
      const winners = statuses.filter((status) => status === 'applied').length;
      check(winners === 1, { expected: 'one of six CREATEs to be applied', saw: statuses, row: key });
    },
  },
  {
    claim: 'a-base-nobody-holds-is-no-base',
    says: 'A base above every number given is no licence to write: it clashes like no base at all.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key } = await bench.madeRow(device);
      const change = device.update(key, { notes: 'from the future' }, { baseVersion: 2 ** 50 });
      const { status } = (await device.push(change)).of(change);
      check(status !== 'applied', { expected: 'no change on a base that was never given', saw: status, row: key });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'first', { expected: 'the row as it was', saw: notes, row: key });
    },
  },
];
