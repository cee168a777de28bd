import type { BuiltArm } from '../build.ts';
import { median } from '../measure.ts';
import { runClient, startServer } from '../processes.ts';
import { type Case, type Goal, judge, numbersOf, ratioOf } from '../result.ts';
import { linearInWork } from './curve.ts';
import { type Bench, type BenchRow, compare, inFolder, judgedReps, sizesOf } from './row.ts';

/** Converge: the same records edited on two devices, synced until both hold the same. */
export const converge: BenchRow = {
  name: 'converge',
  about:
    'the same records edited on two devices (one field on both, others on one side only), synced until both are equal',
  async run(bench) {
    const cases: Case[] = [];
    for (const count of sizesOf(bench, 1_000)) {
      const label = `${count.toLocaleString('en')} records`;
      const run = (arm: BuiltArm) => once(arm, count);
      cases.push(await compare(bench, { label, work: count, ratio: 'time', leaveOut: ['watermelondb'], run }));
    }
    const goals = bench.options.curve
      ? linearInWork(cases)
      : cases.slice(0, 1).flatMap((found) => goalsOf(bench, found));
    return { name: this.name, about: this.about, cases, goals };
  },
};

function once(arm: BuiltArm, count: number) {
  return inFolder((serverFolder) =>
    inFolder(async (folder) => {
      const server = await startServer(arm, { folder: serverFolder, seedRows: 0 });
      try {
        return await runClient(arm, { work: 'converge', job: { folder, url: server.url, count, warmUp: 0 } });
      } finally {
        await server.stop();
      }
    }),
  );
}

function goalsOf(bench: Bench, measured: Case): Goal[] {
  const reps = judgedReps(bench);
  const requests = median(numbersOf(measured, 'ours', 'requests'));
  const lost = median(numbersOf(measured, 'ours', 'lostEdits'));
  return [
    judge({ text: '≤ 1.5 × raw', value: ratioOf(measured, 'ours').median, atMost: 1.5, reps }),
    judge({ text: '≤ 8 requests in all', value: requests, atMost: 8, reps }),
    judge({ text: 'no edit of another field lost', value: lost, atMost: 0, reps }),
  ];
}
