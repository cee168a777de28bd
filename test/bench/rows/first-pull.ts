import { mkdir } from 'node:fs/promises';
import type { BuiltArm } from '../build.ts';
import { median } from '../measure.ts';
import { type RunningServer, runClient, startServer } from '../processes.ts';
import { type Case, judge, numbersOf, ratioOf } from '../result.ts';
import { linearInWork } from './curve.ts';
import { aheadOfPeers } from './peers.ts';
import { type Bench, type BenchRow, compare, inFolder, judgedReps, sizesOf } from './row.ts';

/** First pull: an empty device takes every row of the server into its file. */
export const firstPull: BenchRow = {
  name: 'first-pull',
  about: 'every row of the server pulled into an empty SQLite file by JSON pages of 1,000; NORMAL, no warm-up',
  async run(bench) {
    const cases: Case[] = [];
    for (const count of sizesOf(bench, 100_000)) cases.push(await pullOf(bench, count));
    const reps = judgedReps(bench);
    const goals = cases
      .slice(0, 1)
      .flatMap((measured) => [
        judge({ text: '≥ 0.9 of raw', value: ratioOf(measured, 'ours').median, atLeast: 0.9, reps }),
        judge({ text: 'peak memory ≤ 1.3 × raw', value: memoryRatio(measured), atMost: 1.3, reps }),
        { text: 'peak memory flat in the number of rows', measured: 'shown by --curve', met: null },
        aheadOfPeers(measured, reps),
      ]);
    return { name: this.name, about: this.about, cases, goals: bench.options.curve ? linearInWork(cases) : goals };
  },
};

/** A pull changes nothing on the server but the device's registration, so one seeded server serves all repetitions. */
function pullOf(bench: Bench, count: number): Promise<Case> {
  return inFolder(async (serverFolders) => {
    const servers = new Map<string, RunningServer>();
    try {
      const run = async (arm: BuiltArm) => {
        const server = servers.get(arm.name) ?? (await startSeeded(arm, { folder: serverFolders, count }));
        servers.set(arm.name, server);
        return inFolder((folder) =>
          runClient(arm, { work: 'firstPull', job: { folder, url: server.url, count, warmUp: 0 } }),
        );
      };
      const label = `${count.toLocaleString('en')} rows`;
      return await compare(bench, { label, work: count, ratio: 'speed', leaveOut: ['watermelondb'], run });
    } finally {
      for (const server of servers.values()) await server.stop();
    }
  });
}

async function startSeeded(arm: BuiltArm, { folder, count }: { readonly folder: string; readonly count: number }) {
  const own = `${folder}/${arm.name}`;
  await mkdir(own);
  return startServer(arm, { folder: own, seedRows: count });
}

function memoryRatio(measured: Case): number {
  return median(numbersOf(measured, 'ours', 'peakBytes')) / median(numbersOf(measured, 'raw', 'peakBytes'));
}
