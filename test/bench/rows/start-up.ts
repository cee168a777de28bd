import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Sample } from '../arms/arm.ts';
import { type Case, type Goal, judge, ratioOf } from '../result.ts';
import { type BenchRow, judgedReps } from './row.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const tool = join(root, 'bin/guras-sync');
const smoke = join(root, 'scenarios/smoke.yaml');
const BASE = 'node -e 0';

/** A command whose whole process is timed, what it needs to be there, and the goal as a multiple of `node -e 0`. */
interface Command {
  readonly name: string;
  readonly args: readonly string[];
  readonly needs: readonly string[];
  readonly goal: number;
}

const commands: readonly Command[] = [
  { name: 'guras-sync --version', args: [tool, '--version'], needs: [tool], goal: 1.6 },
  {
    name: 'run smoke.yaml --on sim',
    args: [tool, 'run', smoke, '--on', 'sim'],
    needs: [tool, smoke, join(root, 'dist/bin/main.js')],
    goal: 4,
  },
];

/** Start-up: whole processes of the tool against a process that does nothing. */
export const startUp: BenchRow = {
  name: 'start-up',
  about: 'whole processes, compared with node -e 0',
  run(bench) {
    const failures = new Map<string, string>();
    const samples = new Map<string, Sample[]>([[BASE, []]]);
    for (let rep = 0; rep < bench.options.reps; rep++) {
      samples.get(BASE)?.push(time(['-e', '0']));
      for (const command of commands) {
        const missing = command.needs.find((path) => !existsSync(path));
        if (missing !== undefined) failures.set(command.name, `${missing.slice(root.length)} is not there`);
        if (!failures.has(command.name)) attempt(command, samples, failures);
      }
    }
    const measured: Case = { label: 'one process', work: 1, ratio: 'time', base: BASE, samples, failures };
    const goals = commands.map((command) => goalOf(command, measured, judgedReps(bench)));
    return Promise.resolve({ name: this.name, about: this.about, cases: [measured], goals });
  },
};

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
