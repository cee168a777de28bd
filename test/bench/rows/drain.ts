import type { BuiltArm } from '../build.ts';
import { runClient, startServer } from '../processes.ts';
import { type Case, judge, ratioOf } from '../result.ts';
import { linearInWork } from './curve.ts';
import { aheadOfPeers } from './peers.ts';
import { type BenchRow, compare, inFolder, judgedReps, sizesOf } from './row.ts';

/** Drain: all pending changes pushed over loopback HTTP until each is acknowledged. */
export const drain: BenchRow = {
  name: 'drain',
  about:
    'pending changes pushed over loopback HTTP, every one acknowledged; client and server apart, NORMAL on both sides',
  async run(bench) {
    const cases: Case[] = [];
    for (const count of sizesOf(bench, 10_000)) {
      const label = `${count.toLocaleString('en')} changes`;
      const run = (arm: BuiltArm) => once(arm, { count, warmUp: bench.options.quick ? 100 : 1_000 });
      cases.push(await compare(bench, { label, work: count, ratio: 'speed', leaveOut: ['watermelondb'], run }));
    }
    const reps = judgedReps(bench);
    const goals = cases
      .slice(0, 1)
      .flatMap((measured) => [
        judge({ text: '≥ 0.7 of raw', value: ratioOf(measured, 'ours').median, atLeast: 0.7, reps }),
        aheadOfPeers(measured, reps),
      ]);
    return { name: this.name, about: this.about, cases, goals: bench.options.curve ? linearInWork(cases) : goals };
  },
};

function once(arm: BuiltArm, { count, warmUp }: { readonly count: number; readonly warmUp: number }) {
  return inFolder((serverFolder) =>
    inFolder(async (folder) => {
      const server = await startServer(arm, { folder: serverFolder, seedRows: 0 });
      try {
        return await runClient(arm, { work: 'drain', job: { folder, url: server.url, count, warmUp } });
      } finally {
        await server.stop();
      }
    }),
  );
}
