import { session } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'resolve races';

/** Changes that are taken back, before or after they arrive. */
export const withdrawals: readonly Probe[] = [
  {
    claim: 'a-withdrawn-change-never-applies',
    says: 'A change that was withdrawn before it arrived has the verdict `rejected` `withdrawn`, and no effect when it comes.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), session());
      const of = { entityType: change.entityType, entityId: change.entityId, changeId: change.id, againstVersion: 0 };
      const withdrawal = device.resolution({ ...of, outcome: 'withdraw' });
      const verdict = (await device.resolve(withdrawal)).of(withdrawal);
      checkVerdict(verdict, {
        status: 'rejected',
        codes: ['withdrawn'],
        of: 'the withdrawal of a change never sent',
        row: change,
      });
      const late = (await device.push(change)).of(change);
      check(late.status !== 'applied' && late.first !== 'applied', {
        expected: 'the late change to be refused',
        saw: late,
        row: change,
      });
      check((await device.row(change)) === undefined, {
        expected: 'no row of a withdrawn change',
        saw: 'a row',
        row: change,
      });
    },
  },
  {
    claim: 'a-withdrawal-that-comes-late-says-so',
    says: 'The withdrawal of a change that was applied is answered `applied`; the row stays.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, changeId } = await bench.madeRow(device);
      const withdrawal = device.resolution({ ...key, changeId, againstVersion: 0, outcome: 'withdraw' });
      const { status, first } = (await device.resolve(withdrawal)).of(withdrawal);
      check(status === 'applied' || first === 'applied', {
        expected: 'the verdict of the change: applied',
        saw: { status, first },
        row: key,
      });
      check((await device.row(key))?.deleted === false, {
        expected: 'the row of the applied change',
        saw: 'none',
        row: key,
      });
    },
  },
  {
    claim: 'a-resolved-change-that-comes-late-does-not-apply',
    says: 'A resolution that names a change without a verdict stores one for it: it can not apply when it arrives late.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const change = device.update(key, { notes: 'late' }, { baseVersion: version });
      const of = { ...key, changeId: change.id, againstVersion: version, outcome: 'server' as const };
      const resolution = device.resolution(of);
      (await device.resolve(resolution)).version(resolution);
      const late = (await device.push(change)).of(change);
      check(late.status !== 'applied' && late.first !== 'applied', {
        expected: 'the late change to be refused',
        saw: late,
        row: key,
      });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'first', { expected: 'the notes as they were', saw: notes, row: key });
    },
  },
  {
    claim: 'a-race-of-withdrawal-and-change-has-one-end',
    says: 'A change and its withdrawal sent at once end in one verdict, that of the row: applied with it, or withdrawn without.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      await device.pull();
      for (let round = 0; round < 8; round += 1) {
        const change = device.create(bench.key(), session());
        const { entityType, entityId, id: changeId } = change;
        const withdrawal = device.resolution({
          entityType,
          entityId,
          changeId,
          againstVersion: 0,
          outcome: 'withdraw',
        });
        const [pushed, taken] = await Promise.all([device.push(change), device.resolve(withdrawal)]);
        const [verdict, answer] = [pushed.of(change), taken.of(withdrawal)];
        const isApplied = (verdict.first ?? verdict.status) === 'applied';
        const saysApplied = (answer.first ?? answer.status) === 'applied';
        const isThere = (await device.row(change)) !== undefined;
        check(isApplied === saysApplied && isApplied === isThere, {
          expected: 'push, withdrawal and row to agree',
          saw: `push ${verdict.status}, withdrawal ${answer.status}, row ${isThere ? 'there' : 'missing'}`,
          row: change,
        });
      }
    },
  },
];
