import { mkdir } from 'node:fs/promises';
import type { LocalWriteJob } from '../arms/arm.ts';
import type { Durability } from '../arms/raw/sqlite.ts';
import type { BuiltArm } from '../build.ts';
import { runClient } from '../processes.ts';
import { type Case, type Goal, judge, ratioOf } from '../result.ts';
import { linearInWork } from './curve.ts';
import { timesFastestPeer } from './peers.ts';
import { type Bench, type BenchRow, compare, inCopy, inFolder, judgedReps, sizesOf } from './row.ts';

/** From here on a backlog is not copied for each repetition: the few writes that are added to it do not change it. */
const TOO_BIG_TO_COPY = 100_000;
const WRITES: Readonly<Record<Durability, number>> = { NORMAL: 4_000, FULL: 1_000 };

/** Local write: record, queue item and base made durable, one transaction each. */
export const localWrite: BenchRow = {
  name: 'local-write',
  about: 'record, queue item and base of one local write made durable, one transaction each',
  async run(bench) {
    const cases: Case[] = [];
    for (const backlog of backlogsOf(bench)) cases.push(...(await overBacklog(bench, backlog)));
    const goals = bench.options.curve ? linearInWork(cases) : goalsOf(bench, cases);
    return { name: this.name, about: this.about, cases, goals };
  },
};

function backlogsOf({ options }: Bench): readonly number[] {
  if (options.curve) return [0];
  const backlogs = [0, options.quick ? 1_000 : 10_000];
  return options.full ? [...backlogs, 1_000_000] : backlogs;
}

function overBacklog(bench: Bench, backlog: number): Promise<Case[]> {
  return inFolder(async (templates) => {
    const cases: Case[] = [];
    const template = new Map<string, string>();
    const durabilities: readonly Durability[] = bench.options.curve ? ['NORMAL'] : ['NORMAL', 'FULL'];
    for (const durability of durabilities) {
      for (const writes of sizesOf(bench, WRITES[durability])) {
        const label = `${durability}, backlog ${backlog.toLocaleString('en')}, ${writes.toLocaleString('en')} writes`;
        const job = { durability, backlog, writes, warmUp: bench.options.quick ? 100 : 1_000 };
        const run = async (arm: BuiltArm) => {
          const folder = template.get(arm.name) ?? (await prepare(arm, { ...job, folder: `${templates}/${arm.name}` }));
          template.set(arm.name, folder);
          const work = (at: string) => runClient(arm, { work: 'localWrite', job: { ...job, folder: at } });
          return backlog < TOO_BIG_TO_COPY ? inCopy(folder, work) : work(folder);
        };
        cases.push(await compare(bench, { label, work: writes, ratio: 'speed', run }));
      }
    }
    return cases;
  });
}

async function prepare(arm: BuiltArm, job: LocalWriteJob): Promise<string> {
  await mkdir(job.folder);
  if (job.backlog > 0) await runClient(arm, { work: 'prepare', job });
  return job.folder;
}

function goalsOf(bench: Bench, cases: readonly Case[]): Goal[] {
  const reps = judgedReps(bench);
  const [normal, full] = cases;
  if (normal === undefined || full === undefined) return [];
  const peersAsShipped = ['watermelondb-wal'];
  // LevelDB as PouchDB writes it does not survive a power cut; as shipped WatermelonDB does.
  const losesPower = ['pouchdb', 'watermelondb-wal'];
  return [
    judge({ text: 'NORMAL: ≥ 0.6 of raw NORMAL', value: ratioOf(normal, 'ours').median, atLeast: 0.6, reps }),
    judge({ text: 'FULL: ≥ 0.85 of raw FULL', value: ratioOf(full, 'ours').median, atLeast: 0.85, reps }),
    judge({
      text: 'NORMAL: ≥ 3 × the fastest peer as shipped',
      value: timesFastestPeer(normal, peersAsShipped),
      atLeast: 3,
      reps,
    }),
    judge({
      text: 'FULL: ≥ 3 × the fastest peer as shipped that survives a power cut',
      value: timesFastestPeer(full, losesPower),
      atLeast: 3,
      reps,
    }),
    ...cases.slice(2).map((measured, index) => {
      const first = index % 2 === 0 ? normal : full;
      const change = ratioOf(measured, 'ours').median / ratioOf(first, 'ours').median;
      return judge({
        text: `${measured.label}: the ratio as without a backlog, ± 20 %`,
        value: change,
        atLeast: 0.8,
        atMost: 1.2,
        reps,
      });
    }),
  ];
}
