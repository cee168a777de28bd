import type { Sample } from './arms/arm.ts';
import { pairedRatios, type Spread, spreadOf } from './measure.ts';

/** One piece of work, done by several arms in turn. */
export interface Case {
  readonly label: string;
  /** Records or writes in one repetition; 1 where a whole process is timed. */
  readonly work: number;
  /** `speed`: how fast compared with the base (higher is better). `time`: how long (lower is better). */
  readonly ratio: 'speed' | 'time';
  /** The arm that the others are compared with. */
  readonly base: string;
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  /** Arms that could not do it, and why. */
  readonly failures: ReadonlyMap<string, string>;
}

/** A goal of `design/6-goals.md` beside what was measured. `met` is null when it was not measured or not judged. */
export interface Goal {
  readonly text: string;
  readonly measured: string;
  readonly met: boolean | null;
}

/** Everything a row of the table gave. */
export interface RowResult {
  readonly name: string;
  readonly about: string;
  readonly cases: readonly Case[];
  readonly goals: readonly Goal[];
}

/** One number of every repetition of an arm, where it was measured. */
export function numbersOf(measured: Case, arm: string, name: keyof Sample): number[] {
  return (measured.samples.get(arm) ?? []).flatMap((sample) => sample[name] ?? []);
}

/** An arm's ratio to the base, by repetitions run side by side. Count 0 when it was not measured. */
export function ratioOf(measured: Case, arm: string): Spread {
  const base = numbersOf(measured, measured.base, 'ms');
  const own = numbersOf(measured, arm, 'ms');
  return spreadOf(measured.ratio === 'speed' ? pairedRatios(base, own) : pairedRatios(own, base));
}

/** A goal "at least" or "at most" some number. Not judged from fewer than 9 repetitions, or on less than the full work. */
export function judge(goal: {
  readonly text: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly reps: number;
}): Goal {
  if (Number.isNaN(goal.value)) return { text: goal.text, measured: 'not measured', met: null };
  const measured = goal.value.toFixed(2);
  if (goal.reps < 9) return { text: goal.text, measured, met: null };
  const met = goal.value >= (goal.atLeast ?? -Infinity) && goal.value <= (goal.atMost ?? Infinity);
  return { text: goal.text, measured, met };
}
