import { clashOf, countingClash } from '../clash-made.ts';
import { checkGrown } from '../grown-check.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'resolve races';

/** Decisions about changes that clashed. */
export const resolutions: readonly Probe[] = [
  {
    claim: 'a-merged-resolution-writes-what-it-says',
    says: '`merged` writes its data, and its version is newer than the one it was decided against.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const { device, key, loser, current } = await clashOf(bench);
      const of = { ...key, changeId: loser.id, againstVersion: current, outcome: 'merged' as const };
      const resolution = device.resolution(of, { data: { notes: 'both' } });
      const verdict = (await device.resolve(resolution)).of(resolution);
      checkVerdict(verdict, { status: 'applied', of: 'a merged resolution', row: key });
      const row = await device.row(key);
      check(row?.data?.notes === 'both' && row.version > current, {
        expected: 'the merged notes at a newer version',
        saw: row,
        row: key,
      });
    },
  },
  {
    claim: 'outcome-server-writes-nothing',
    says: '`server` writes no field: the row stays as it is.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const { device, key, loser, current } = await clashOf(bench);
      const of = { ...key, changeId: loser.id, againstVersion: current, outcome: 'server' as const };
      const resolution = device.resolution(of, { lost: { notes: 'mine' } });
      checkVerdict((await device.resolve(resolution)).of(resolution), {
        status: 'applied',
        of: 'a resolution for the server',
        row: key,
      });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'theirs', { expected: "the server's notes", saw: notes, row: key });
    },
  },
  {
    claim: 'a-stale-resolution-clashes',
    says: 'A resolution of a field that changed after `againstVersion` is `conflict`; the row stays.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const { device, key, loser, current } = await clashOf(bench);
      const newer = device.update(key, { notes: 'newest' }, { baseVersion: current });
      (await device.push(newer)).version(newer);
      const of = { ...key, changeId: loser.id, againstVersion: current, outcome: 'merged' as const };
      const resolution = device.resolution(of, { data: { notes: 'both' } });
      checkVerdict((await device.resolve(resolution)).of(resolution), {
        status: 'conflict',
        of: 'a resolution against an older version',
        row: key,
      });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'newest', { expected: 'the newest notes', saw: notes, row: key });
    },
  },
  {
    claim: 'a-resolution-of-a-deleted-row-clashes',
    says: 'A resolution of a row that was deleted after `againstVersion` is `conflict`; the row stays deleted.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const { device, key, loser, current } = await clashOf(bench);
      const gone = device.remove(key, current);
      (await device.push(gone)).version(gone);
      const of = { ...key, changeId: loser.id, againstVersion: current, outcome: 'merged' as const };
      const resolution = device.resolution(of, { data: { notes: 'both' } });
      checkVerdict((await device.resolve(resolution)).of(resolution), {
        status: 'conflict',
        of: 'a resolution of a deleted row',
        row: key,
      });
      check((await device.row(key))?.deleted === true, {
        expected: 'the row to stay deleted',
        saw: 'a live row',
        row: key,
      });
    },
  },
  {
    claim: 'a-resolution-repeated-has-one-effect',
    says: 'A resolution is idempotent by its id, which is looked up before `againstVersion`.',
    topic: 'effects doubled',
    severity: 'critical',
    run: async (bench) => {
      const { device, key, loser, current } = await clashOf(bench);
      const of = { ...key, changeId: loser.id, againstVersion: current, outcome: 'merged' as const };
      const resolution = device.resolution(of, { data: { notes: 'both' } });
      const version = (await device.resolve(resolution)).version(resolution);
      const newer = device.update(key, { notes: 'newest' }, { baseVersion: version });
      (await device.push(newer)).version(newer);
      const again = (await device.resolve(resolution)).of(resolution);
      checkVerdict(again, { status: 'duplicate', first: 'applied', of: 'the resolution again', row: key });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === 'newest', { expected: 'the newest notes', saw: notes, row: key });
    },
  },
  {
    claim: 'increments-of-a-clash-count-once',
    says: 'Increments of a change that clashed are applied by its resolution once, though another resolution names it too.',
    topic: 'effects doubled',
    severity: 'critical',
    run: async (bench) => {
      const { device, key, loser, before } = await countingClash(bench);
      for (const outcome of ['server', 'server'] as const) {
        const againstVersion = (await device.row(key))?.version ?? 0;
        const resolution = device.resolution(
          { ...key, changeId: loser.id, againstVersion, outcome },
          { increments: { totalMinutes: 5 } },
        );
        (await device.resolve(resolution)).version(resolution);
      }
      const grown = Number((await device.row(key))?.data?.totalMinutes) - before;
      check(grown === 5, { expected: 'totalMinutes to grow by 5', saw: `by ${grown}`, row: key });
    },
  },
  {
    claim: 'increments-of-an-applied-change-do-not-count-again',
    says: 'A resolution that names an `applied` change applies no increments.',
    topic: 'effects doubled',
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, row } = await bench.counters(device);
      const change = device.add(key, { totalMinutes: 5 }, { baseVersion: row.version });
      const againstVersion = (await device.push(change)).version(change);
      const of = { ...key, changeId: change.id, againstVersion, outcome: 'server' as const };
      await device.resolve(device.resolution(of, { increments: { totalMinutes: 5 } }));
      await checkGrown(device, { key, from: row, by: 5 });
    },
  },
  {
    claim: 'parallel-resolutions-have-one-winner',
    says: 'Of different decisions about one clash, sent at once, exactly one is applied, and its value stands.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const { device, key, loser, current } = await clashOf(bench);
      const judged = await Promise.all(
        Array.from({ length: 6 }, async (_, at) => {
          const lane = bench.sibling(device);
          const of = { ...key, changeId: loser.id, againstVersion: current, outcome: 'merged' as const };
          const resolution = lane.resolution(of, { data: { notes: `of ${at}` } });
          return { notes: `of ${at}`, status: (await lane.resolve(resolution)).of(resolution).status };
        }),
      );
      const winners = judged.filter(({ status }) => status === 'applied');
      check(winners.length === 1, { expected: 'one of six decisions to be applied', saw: judged, row: key });
      const notes = (await device.row(key))?.data?.notes;
      check(notes === winners[0]?.notes, { expected: `the notes ${winners[0]?.notes}`, saw: notes, row: key });
    },
  },
];
