import { formatCase, pointOf } from '../scenario/plan.ts';
import type { RunResult, Verdict } from '../scenario/result.ts';

/** One run as every report format shows it. */
export interface ReportedRun {
  readonly result: RunResult;
  /** `file: claim`, with the case in brackets; unique within a report. */
  readonly name: string;
  /** The command that plays exactly this run again. */
  readonly replay: string;
  /** How long it took on this machine, ms. */
  readonly wallMs: number;
}

/** What all report formats are made from. */
export interface ReportModel {
  readonly runs: readonly ReportedRun[];
  readonly counts: Readonly<Record<Verdict, number>>;
  /** 0: everything that ran holds. 1: a check failed. 3: nothing ran but skipped files, or nothing at all. */
  readonly exitCode: 0 | 1 | 3;
}

/** The report of runs in the order they were played. `stage` is the value of `--on` that plays them again, `more` what goes with it. */
export function reportOf(
  runs: readonly { readonly result: RunResult; readonly wallMs: number }[],
  stage: string,
  more: readonly string[] = [],
): ReportModel {
  const names = new Map<string, number>();
  const reported = runs.map(({ result, wallMs }) => {
    const name = nameOf(result);
    const seen = (names.get(name) ?? 0) + 1;
    names.set(name, seen);
    return {
      result,
      wallMs,
      name: seen === 1 ? name : `${name} (${seen})`,
      replay: replayOf(result, [withoutLogin(stage), ...more]),
    };
  });
  const counts = countVerdicts(runs.map(({ result }) => result));
  return { runs: reported, counts, exitCode: exitCodeOf(counts) };
}

function nameOf({ plan }: RunResult): string {
  const where = plan.file === null ? '' : `${plan.file}: `;
  const which = formatCase(plan);
  return `${where}${plan.title}${which === '' ? '' : ` [${which}]`}`;
}

/** The command that plays a run again. Words with odd characters are quoted for a POSIX shell. */
function replayOf({ plan, seed }: RunResult, stage: readonly string[]): string {
  const point = pointOf(plan);
  const words = [
    'guras-sync',
    'run',
    plan.file ?? 'FILE',
    '--on',
    ...stage,
    '--seed',
    seed,
    '--case',
    String(plan.caseNumber),
    ...(point === null ? [] : ['--point', point]),
  ];
  return words.map(quoted).join(' ');
}

/** An address without the name and password that may stand in it: reports are passed on. */
function withoutLogin(stage: string): string {
  return stage.replace(/^(https?:\/\/)[^/]*@/, '$1');
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function countVerdicts(results: readonly RunResult[]): Readonly<Record<Verdict, number>> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { verdict } of results) counts[verdict] += 1;
  return counts;
}

function exitCodeOf({ passed, failed }: Readonly<Record<Verdict, number>>): 0 | 1 | 3 {
  if (failed > 0) return 1;
  return passed > 0 ? 0 : 3;
}
