import { median } from './measure.ts';
import { type Case, numbersOf, type RowResult, ratioOf } from './result.ts';

/** A row of the table as text for people: figures of every arm, then the goals beside what was measured. */
export function printRow(result: RowResult): string {
  const goals = result.goals.map((goal) => `  ${verdictOf(goal.met).padEnd(10)} ${goal.text}: ${goal.measured}`);
  return [`\n${result.name} — ${result.about}`, ...result.cases.map(printCase), ...goals, ''].join('\n');
}

function verdictOf(met: boolean | null): string {
  if (met === null) return 'not judged';
  return met ? 'pass' : 'MISS';
}

function printCase(measured: Case): string {
  const unit = measured.work === 1 ? '' : 'per second';
  const head = [
    '',
    'median ms',
    unit,
    `× ${measured.base} (${measured.ratio})`,
    'least–greatest',
    'peak MiB',
    'requests',
    'sent/received MB',
    'lost',
    'n',
  ];
  const lines = [...measured.samples.keys()].map((arm) => lineOf(measured, arm));
  const failures = [...measured.failures].map(([arm, why]) => `    ${arm}: ${why.split('\n')[0]}`);
  return [`  ${measured.label}`, ...columns([head, ...lines]), ...failures].join('\n');
}

function lineOf(measured: Case, arm: string): string[] {
  const ms = median(numbersOf(measured, arm, 'ms'));
  const ratio = ratioOf(measured, arm);
  const megabytes = (name: 'sentBytes' | 'receivedBytes') => shown(median(numbersOf(measured, arm, name)) / 1e6, 2);
  return [
    arm,
    shown(ms, 1),
    measured.work === 1 ? '' : Math.round((measured.work / ms) * 1_000).toLocaleString('en'),
    shown(ratio.median, 2),
    `${shown(ratio.least, 2)}–${shown(ratio.greatest, 2)}`,
    shown(median(numbersOf(measured, arm, 'peakBytes')) / 2 ** 20, 0),
    shown(median(numbersOf(measured, arm, 'requests')), 0),
    `${megabytes('sentBytes')}/${megabytes('receivedBytes')}`,
    shown(median(numbersOf(measured, arm, 'lostEdits')), 0),
    String(numbersOf(measured, arm, 'ms').length),
  ];
}

function shown(value: number, digits: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(digits);
}

/** Aligned columns; one that says nothing in any row is left out. */
function columns(table: readonly (readonly string[])[]): string[] {
  const says = (cell: string | undefined): boolean => !['', '-', '-/-'].includes(cell ?? '');
  const kept = (table[0] ?? []).map((_, column) => column === 0 || table.slice(1).some((row) => says(row[column])));
  const rows = table.map((row) => row.filter((_, column) => kept[column]));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `    ${cells.join('  ')}`.trimEnd();
  });
}
