import { enrolment } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'natural keys';
const type = 'guidedMeditation';

/** One live row per natural key. */
export const naturalKeys: readonly Probe[] = [
  {
    claim: 'a-taken-natural-key-is-a-conflict',
    says: 'A natural key that a live row holds under another id is `conflict` `key_exists`, with that row.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const data = enrolment(bench.name('program'));
      const [first, second] = [device.create(bench.key(type), data), device.create(bench.key(type), data)];
      (await device.push(first)).version(first);
      const verdict = (await device.push(second)).of(second);
      checkVerdict(verdict, {
        status: 'conflict',
        codes: ['key_exists'],
        of: 'a second enrolment in a program',
        row: second,
      });
      check(verdict.row?.entityId === first.entityId, {
        expected: `the row ${first.entityId} with it`,
        saw: verdict.row,
        row: first,
      });
      check((await device.row(second)) === undefined, { expected: 'no second row', saw: 'a second row', row: second });
    },
  },
  {
    claim: 'a-natural-key-is-not-moved-onto-a-taken-one',
    says: 'An UPDATE that would take the natural key of another live row is `conflict` `key_exists`.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const taken = enrolment(bench.name('program'));
      const [first, second] = [
        device.create(bench.key(type), taken),
        device.create(bench.key(type), enrolment(bench.name('program'))),
      ];
      const base = (await device.push(first, second)).version(second);
      const move = device.update(second, { programId: taken.programId }, { baseVersion: base });
      const verdict = (await device.push(move)).of(move);
      checkVerdict(verdict, {
        status: 'conflict',
        codes: ['key_exists'],
        of: 'an UPDATE onto a taken key',
        row: second,
      });
    },
  },
  {
    claim: 'parallel-enrolments-leave-one-row',
    says: 'Of CREATEs of one natural key, sent at once, exactly one row comes into being.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      await device.pull();
      const data = enrolment(bench.name('program'));
      const statuses = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const lane = bench.sibling(device);
          const change = lane.create(bench.key(type), data);
          return (await lane.push(change)).of(change).status;
        }),
      );
      const rows = (await device.everything([type])).filter(
        (row) => !row.deleted && row.data?.programId === data.programId,
      );
      check(rows.length === 1, {
        expected: 'one live row of the program',
        saw: `${rows.length} rows; ${statuses.join()}`,
        row: rows[1] ?? null,
      });
      const winners = statuses.filter((status) => status === 'applied').length;
      check(winners === 1, { expected: 'one of six to be applied', saw: statuses });
    },
  },
  {
    claim: 'a-deleted-row-holds-no-key',
    says: 'The natural key of a deleted row is free.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const data = enrolment(bench.name('program'));
      const first = device.create(bench.key(type), data);
      const gone = device.remove(first, (await device.push(first)).version(first));
      (await device.push(gone)).version(gone);
      const second = device.create(bench.key(type), data);
      checkVerdict((await device.push(second)).of(second), {
        status: 'applied',
        of: 'an enrolment after the other was deleted',
        row: second,
      });
    },
  },
];
