import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Sample } from '../arms/arm.ts';
import { runClient } from '../processes.ts';
import { type Case, type Goal, judge, ratioOf } from '../result.ts';
import { type Bench, type BenchRow, inFolder, judgedReps } from './row.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const tool = join(root, 'bin/guras-sync');
const smoke = join(root, 'scenarios/smoke.yaml');
const BASE = 'node -e 0';

/** A command whose whole process is timed, what must be there for it, and the goal as a multiple of `node -e 0`. */
interface Command {
  readonly name: string;
  readonly args: readonly string[];
  readonly needs: readonly string[];
  readonly goal: number;
}

const QUEUED = 10_000;

function commandsOn(deviceFile: string): readonly Command[] {
  const bundle = join(root, 'dist/bin/main.js');
  return [
    { name: 'guras-sync --version', args: [tool, '--version'], needs: [tool], goal: 1.6 },
    { name: 'run smoke.yaml', args: [tool, 'run', smoke, '--on', 'sim'], needs: [tool, bundle, smoke], goal: 4 },
    { name: 'queue list', args: [tool, 'queue', 'list', deviceFile], needs: [tool, bundle, deviceFile], goal: 3 },
  ];
}

/** Start-up: whole processes of the tool against a process that does nothing. */
export const startUp: BenchRow = {
  name: 'start-up',
  about: `whole processes, compared with ${BASE}; queue list shows ${QUEUED.toLocaleString('en')} items`,
  run: (bench) =>
    inFolder(async (folder) => {
      const unprepared = await prepareQueue(bench, folder);
      const commands = commandsOn(join(folder, 'device.db'));
      const measured = measure(bench, commands);
      if (unprepared !== null) bench.tell(`no device file for queue list: ${unprepared}`);
      const goals = commands.map((command) => goalOf(command, measured, judgedReps(bench)));
      return { name: startUp.name, about: startUp.about, cases: [measured], goals };
    }),
};

/** Makes a device file with pending items by the engine itself. Gives the reason when it can't. */
async function prepareQueue(bench: Bench, folder: string): Promise<string | null> {
  const ours = bench.arms.find((arm) => arm.name === 'ours');
  if (ours === undefined) return 'the arm of the engine is not there';
  const job = { folder, durability: 'NORMAL', backlog: QUEUED, writes: 0, warmUp: 0 } as const;
  try {
    await runClient(ours, { work: 'prepare', job });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function measure(bench: Bench, commands: readonly Command[]): Case {
  const failures = new Map<string, string>();
  const samples = new Map<string, Sample[]>([[BASE, []]]);
  for (let rep = 0; rep < bench.options.reps; rep++) {
    samples.get(BASE)?.push(time(['-e', '0']));
    for (const command of commands) {
      const missing = command.needs.find((path) => !existsSync(path));
      if (missing !== undefined) failures.set(command.name, `${basename(missing)} is not there`);
      if (!failures.has(command.name)) attempt(command, samples, failures);
    }
  }
  return { label: 'one process', work: 1, ratio: 'time', base: BASE, samples, failures };
}

function attempt(command: Command, samples: Map<string, Sample[]>, failures: Map<string, string>): void {
  try {
    samples.set(command.name, [...(samples.get(command.name) ?? []), time(command.args)]);
  } catch (error) {
    failures.set(command.name, error instanceof Error ? error.message : String(error));
  }
}

function time(args: readonly string[]): Sample {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr.toString().slice(0, 300)}`);
  return { ms };
}

function goalOf(command: Command, measured: Case, reps: number): Goal {
  const text = `${command.name} ≤ ${command.goal} × ${BASE}`;
  return judge({ text, value: ratioOf(measured, command.name).median, atMost: command.goal, reps });
}
