import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArmName, Sample } from '../arms/arm.ts';
import { arms } from '../arms/table.ts';
import type { BuiltArm } from '../build.ts';
import type { Options } from '../options.ts';
import type { Case, RowResult } from '../result.ts';

/** What a row has at hand. */
export interface Bench {
  readonly options: Options;
  /** Arms that could be built, in the order in which a repetition runs them. */
  readonly arms: readonly BuiltArm[];
  /** Says on stderr what is going on. */
  readonly tell: (text: string) => void;
}

/** One row of the table of goals. */
export interface BenchRow {
  readonly name: string;
  readonly about: string;
  run(bench: Bench): Promise<RowResult>;
}

/** Does some work in a fresh temporary folder, which is removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'guras-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same in a copy of a folder. */
export function inCopy<T>(original: string, work: (folder: string) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    await cp(original, folder, { recursive: true });
    return work(folder);
  });
}

/**
 * Runs every arm in turn, then all again: raw, ours, peers, raw, ours, … so that whatever else the machine does meets
 * all of them. An arm that fails is left out from then on and its reason kept; raw must not fail.
 */
export async function compare(
  bench: Bench,
  work: Pick<Case, 'label' | 'work' | 'ratio'> & {
    readonly leaveOut?: readonly ArmName[];
    readonly run: (arm: BuiltArm) => Promise<Sample | null>;
  },
): Promise<Case> {
  const samples = new Map<string, Sample[]>();
  const failures = new Map<string, string>();
  const competing = bench.arms.filter((arm) => !work.leaveOut?.includes(arm.name));
  for (let rep = 0; rep < bench.options.reps; rep++) {
    bench.tell(`${work.label}: repetition ${rep + 1} of ${bench.options.reps}`);
    for (const arm of competing) {
      if (failures.has(arm.name) || (arms[arm.name].isPeer && rep >= bench.options.peerReps)) continue;
      const outcome = await attempt(arm, work.run);
      if (typeof outcome === 'string') failures.set(arm.name, outcome);
      else samples.set(arm.name, [...(samples.get(arm.name) ?? []), outcome]);
    }
  }
  const { label, ratio } = work;
  return { label, work: work.work, ratio, base: 'raw', samples, failures };
}

/** A sample, or why there is none. */
async function attempt(arm: BuiltArm, run: (arm: BuiltArm) => Promise<Sample | null>): Promise<Sample | string> {
  try {
    return (await run(arm)) ?? 'has no such mode';
  } catch (error) {
    if (arm.name === 'raw') throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** Repetitions that goals may be judged by: 0 when the work was cut short. */
export const judgedReps = ({ options }: Bench): number => (options.quick || options.curve ? 0 : options.reps);

/** The sizes to run: one, a tenth of it, or with --curve four, each twice the one before. */
export function sizesOf({ options }: Bench, size: number): readonly number[] {
  if (options.curve) return [size / 4, size / 2, size, size * 2];
  return [options.quick ? Math.max(1, size / 10) : size];
}
