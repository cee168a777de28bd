import { session } from '../changes.ts';
import { checkGrown } from '../grown-check.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkRefusal } from '../problem-check.ts';
import { checkVerdict } from '../verdict-check.ts';

const entityTypes = ['meditation'];

/** What only happens to a server: restores, purges, a clock set back, lost answers. They need the fault interface. */
export const serverChanges: readonly Probe[] = [
  {
    claim: 'a-lost-answer-has-one-effect',
    says: 'A push whose answer was lost after the commit is answered `duplicate` when it comes again.',
    topic: 'effects doubled',
    severity: 'critical',
    run: async (bench) => {
      const desk = await bench.faults();
      const device = bench.device();
      const { key, row } = await bench.counters(device);
      await desk.loseAnswer(device.id);
      const change = device.add(key, { totalMinutes: 5 }, { baseVersion: row.version });
      await device.askPush([change]).catch(() => undefined);
      const again = (await device.push(change)).of(change);
      checkVerdict(again, { status: 'duplicate', first: 'applied', of: 'a push whose answer was lost', row: key });
      await checkGrown(device, { key, from: row, by: 5 });
    },
  },
  {
    claim: 'a-cursor-below-the-horizon-is-410',
    says: 'A cursor below purged tombstones is 410 `cursor_expired`: the reader would miss the deletion.',
    topic: 'horizon not announced',
    severity: 'critical',
    run: async (bench) => {
      const desk = await bench.faults();
      const [device, reader] = [bench.device(), bench.device()];
      const { key, version } = await bench.madeRow(device);
      await reader.follow({ entityTypes });
      const gone = device.remove(key, version);
      (await device.push(gone)).version(gone);
      await desk.purge();
      await bench.madeRow(device);
      const answer = await reader.askPull({ cursor: reader.cursor, entityTypes });
      checkRefusal(answer, { statuses: [410], codes: ['cursor_expired'], of: 'a pull from below a purged tombstone' });
    },
  },
  {
    claim: 'an-edit-of-a-purged-row-is-a-conflict',
    says: 'UPDATE of a purged row is `conflict` with a tombstone that stands above every version the device can hold.',
    topic: 'horizon not announced',
    severity: 'major',
    run: async (bench) => {
      const desk = await bench.faults();
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const gone = device.remove(key, version);
      const last = (await device.push(gone)).version(gone);
      await desk.purge();
      const edit = device.update(key, { notes: 'late' }, { baseVersion: version });
      const verdict = (await device.push(edit)).of(edit);
      checkVerdict(verdict, { status: 'conflict', of: 'an UPDATE of a purged row', row: key });
      const isAbove = verdict.row?.deleted === true && verdict.row.version >= last;
      check(isAbove, { expected: `a tombstone at ${last} or above`, saw: verdict.row, row: key });
    },
  },
  {
    claim: 'a-clock-set-back-loses-nothing',
    says: "While the server's clock stands back, versions rise and readers miss nothing; `updatedAt` does not fall.",
    topic: 'clock handling',
    severity: 'critical',
    run: async (bench) => {
      const desk = await bench.faults();
      const [device, reader] = [bench.device(), bench.device()];
      const { key: first } = await bench.madeRow(device);
      const before = (await device.row(first))?.updatedAt ?? 0;
      await reader.follow({ entityTypes });
      await desk.moveClock(-3_600_000);
      try {
        const { key } = await bench.madeRow(device);
        const row = (await reader.follow({ entityTypes })).find(({ entityId }) => entityId === key.entityId);
        check(row !== undefined, { expected: 'the row written while the clock stood back', saw: 'nothing', row: key });
        check(row.updatedAt >= before, { expected: `updatedAt ${before} or later`, saw: row.updatedAt, row: key });
      } finally {
        await desk.moveClock(3_600_000);
      }
    },
  },
  {
    claim: 'a-restore-is-announced',
    says: 'Under a new epoch every older cursor and every push under the older epoch is 410 `epoch_changed`; a fresh pull goes on.',
    topic: 'epoch ignored',
    severity: 'critical',
    run: async (bench) => {
      const desk = await bench.faults();
      const device = bench.device();
      const { key } = await bench.madeRow(device);
      await device.follow({ entityTypes });
      await desk.raiseEpoch();
      const want = { statuses: [410], codes: ['epoch_changed'] };
      checkRefusal(await device.askPull({ cursor: device.cursor, entityTypes }), { ...want, of: 'an older cursor' });
      const change = device.create(bench.key(), session());
      checkRefusal(await device.askPush([change]), { ...want, of: 'a push under the older epoch' });
      const old = device.epoch;
      const page = await device.pull({ entityTypes });
      check(page.epoch !== old, { expected: 'another epoch', saw: page.epoch });
      check((await device.row(key)) !== undefined, {
        expected: 'the rows under the new epoch',
        saw: 'no row',
        row: key,
      });
    },
  },
];
