import { median } from '../measure.ts';
import { type Case, type Goal, numbersOf } from '../result.ts';

/** The goal "linear in work" over the sizes of a curve: cost of one record at the greatest size by that at the least. */
export function linearInWork(cases: readonly Case[]): Goal[] {
  if (cases.length < 2) return [];
  return ['raw', 'ours'].map((arm) => {
    const costs = cases.map((measured) => (median(numbersOf(measured, arm, 'ms')) / measured.work) * 1_000);
    const memory = cases.map((measured) => median(numbersOf(measured, arm, 'peakBytes')) / 2 ** 20);
    const growth = (costs.at(-1) ?? Number.NaN) / (costs[0] ?? Number.NaN);
    const text = `${arm}: cost per record stays (greatest size by least ≤ 1.2)`;
    if (Number.isNaN(growth)) return { text, measured: 'not measured', met: null };
    const shown = `${costs.map((cost) => cost.toFixed(1)).join(', ')} µs; ${memory.map((mib) => mib.toFixed(0)).join(', ')} MiB`;
    return { text, measured: `${growth.toFixed(2)} (${shown})`, met: arm === 'ours' ? growth <= 1.2 : null };
  });
}
