/** The middle of some numbers, or the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Median, least and greatest of some numbers. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
  readonly count: number;
}

/** What a set of repetitions says. NaN throughout for none. */
export function spreadOf(values: readonly number[]): Spread {
  const least = values.length === 0 ? Number.NaN : Math.min(...values);
  const greatest = values.length === 0 ? Number.NaN : Math.max(...values);
  return { median: median(values), least, greatest, count: values.length };
}

/** One number of each repetition divided by that of the same repetition of another arm: `top[i] / bottom[i]`. */
export function pairedRatios(top: readonly number[], bottom: readonly number[]): number[] {
  return top.flatMap((value, index) => {
    const other = bottom[index];
    return other === undefined ? [] : [value / other];
  });
}
