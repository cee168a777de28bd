import { session } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'deletes';

/** Deleting, and what meets a deleted row. */
export const deletes: readonly Probe[] = [
  {
    claim: 'a-tombstone-is-pulled',
    says: 'A deleted row comes to readers as a tombstone, at a newer version and without data.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const reader = bench.device();
      await reader.follow({ entityTypes: ['meditation'] });
      const gone = device.remove(key, version);
      const last = (await device.push(gone)).version(gone);
      const row = (await reader.follow({ entityTypes: ['meditation'] })).find(
        ({ entityId }) => entityId === key.entityId,
      );
      check(row !== undefined, { expected: 'the tombstone at a reader that held the row', saw: 'nothing', row: key });
      check(row.deleted && row.data === null && row.version === last, {
        expected: `a tombstone at version ${last}`,
        saw: row,
        row: key,
      });
    },
  },
  {
    claim: 'an-edit-of-a-deleted-row-is-a-conflict',
    says: 'UPDATE of a deleted row is `conflict` with the tombstone, whatever its base.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const gone = device.remove(key, version);
      const last = (await device.push(gone)).version(gone);
      for (const baseVersion of [version, last]) {
        const edit = device.update(key, { notes: 'late' }, { baseVersion });
        const verdict = (await device.push(edit)).of(edit);
        checkVerdict(verdict, { status: 'conflict', of: 'an UPDATE of a deleted row', row: key });
        check(verdict.row?.deleted === true, { expected: 'the tombstone with it', saw: verdict.row, row: key });
      }
    },
  },
  {
    claim: 'an-edit-of-a-missing-row-is-a-conflict',
    says: 'UPDATE of a row that never was is `conflict` with a tombstone.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      await device.pull();
      const key = bench.key();
      const edit = device.update(key, { notes: 'late' }, { baseVersion: 1 });
      const verdict = (await device.push(edit)).of(edit);
      checkVerdict(verdict, { status: 'conflict', of: 'an UPDATE of a missing row', row: key });
      check(verdict.row?.deleted === true, { expected: 'a tombstone with it', saw: verdict.row, row: key });
      check((await device.row(key)) === undefined, { expected: 'no row made by it', saw: 'a row', row: key });
    },
  },
  {
    claim: 'a-delete-of-a-missing-row-is-applied',
    says: 'DELETE of a row that is missing or deleted already is `applied`.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const missing = device.remove(bench.key(), 1);
      const [first, second] = [device.remove(key, version), device.remove(key, version)];
      const verdicts = await device.push(missing, first, second);
      const all = { 'a missing row': missing, 'a live row': first, 'a deleted row': second };
      for (const [what, change] of Object.entries(all)) {
        checkVerdict(verdicts.of(change), { status: 'applied', of: `the DELETE of ${what}`, row: change });
      }
    },
  },
  {
    claim: 'a-delete-against-an-edit-is-a-conflict',
    says: 'DELETE of a row that somebody edited after its base is `conflict`; the row lives.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const edit = device.update(key, { notes: 'keep me' }, { baseVersion: version });
      (await device.push(edit)).version(edit);
      const gone = device.remove(key, version);
      checkVerdict((await device.push(gone)).of(gone), {
        status: 'conflict',
        of: 'a DELETE on an older base',
        row: key,
      });
      const row = await device.row(key);
      check(row?.deleted === false, { expected: 'the edited row to live', saw: row ?? 'no row', row: key });
    },
  },
  {
    claim: 'a-create-over-an-unknown-tombstone-is-a-conflict',
    says: 'CREATE over a tombstone that it does not name as its base is `conflict`.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const gone = device.remove(key, version);
      (await device.push(gone)).version(gone);
      const again = device.create(key, session({ notes: 'again' }));
      checkVerdict((await device.push(again)).of(again), {
        status: 'conflict',
        of: 'a CREATE that knows no tombstone',
        row: key,
      });
      const row = await device.row(key);
      check(row?.deleted === true, { expected: 'the row to stay deleted', saw: row, row: key });
    },
  },
  {
    claim: 'a-create-over-the-tombstone-it-knew-applies',
    says: 'CREATE over the tombstone that it names as its base is `applied`, and the row is whole again.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key, version } = await bench.madeRow(device);
      const gone = device.remove(key, version);
      const tombstone = (await device.push(gone)).version(gone);
      const again = device.create(key, session({ notes: 'again' }), { baseVersion: tombstone });
      checkVerdict((await device.push(again)).of(again), {
        status: 'applied',
        of: 'a CREATE over the tombstone it knew',
        row: key,
      });
      const row = await device.row(key);
      check(row?.deleted === false && row.data?.notes === 'again' && row.data.durationSec === 720, {
        expected: 'the whole new row',
        saw: row,
        row: key,
      });
    },
  },
];
