import { frameClaims } from '../explore/changed-frame.ts';
import { goals } from '../explore/goals.ts';
import { type CampaignReport, cleanRunsNeeded, type ToldViolation } from '../explore/report.ts';
import { formatDuration } from '../lib/duration.ts';
import { invariants } from '../world/invariants/table.ts';
import { counted } from './counted.ts';
import { type ExitCode, exit } from './exit.ts';
import type { Output } from './output.ts';

/** Says what a campaign came to, as text or as one document, and gives the exit code that follows from it. */
export function tellCampaign(
  output: Output,
  { report, isStopped }: { readonly report: CampaignReport; readonly isStopped: boolean },
): ExitCode {
  const { violations, clashes, runs } = report;
  const silent = neverApplied(report);
  const unreached = Object.keys(goals).filter((goal) => (report.goals[goal] ?? 0) === 0);
  const told = violations.map((one) => ({ ...one, cleanRuns: cleanRunsNeeded(one.count, runs) }));
  const { runsPerSecond, timesRealTime } = speedOf(report);
  const document = { ...report, runsPerSecond, timesRealTime, neverApplied: silent, unreached, violations: told };
  output.result(document, () => [
    ...told.flatMap(violationLines),
    `of ${counted(clashes.strong + clashes.weak, 'clash', 'clashes')} ${clashes.strong} were judged by what the policy names`,
    ...(silent.length === 0 ? [] : [`never came to bear: ${silent.join(', ')}`]),
    ...(unreached.length === 0 ? [] : [`goals not reached: ${unreached.join(', ')}`]),
    `${progressText(report)}, ${counted(violations.length, 'violation')}${isStopped ? ', stopped' : ''}`,
  ]);
  if (violations.length > 0) return exit.failed;
  return silent.length === 0 ? exit.ok : exit.inconclusive;
}

/** How far a campaign has come, in one line. */
export function progressText(
  report: Pick<CampaignReport, 'runs' | 'storyMs' | 'wallMs' | 'traceHash' | 'goals'>,
): string {
  const { runs, storyMs, wallMs, traceHash } = report;
  const { runsPerSecond, timesRealTime } = speedOf(report);
  const wall = formatDuration(Math.round(wallMs / 1_000) * 1_000);
  const hours = Math.round(storyMs / 3_600_000);
  const reached = Object.keys(goals).filter((goal) => (report.goals[goal] ?? 0) > 0).length;
  return [
    `${counted(runs, 'run')} in ${wall}, ${runsPerSecond}/s`,
    `${counted(hours, 'virtual hour')}, ${timesRealTime} x real time`,
    `${reached} of ${Object.keys(goals).length} goals`,
    `hash ${traceHash}`,
  ].join(', ');
}

/** From so many runs on a sample of them was played in other frames. */
const framedFrom = 100;

/** Invariants that meant something in no run: they prove nothing here. */
function neverApplied({ applied, runs }: CampaignReport): readonly string[] {
  const names = [...invariants.map(({ name }) => name), ...(runs < framedFrom ? [] : frameClaims)];
  return names.filter((name) => (applied[name] ?? 0) === 0);
}

function speedOf({ runs, storyMs, wallMs }: Pick<CampaignReport, 'runs' | 'storyMs' | 'wallMs'>) {
  return {
    runsPerSecond: Math.round((runs / wallMs) * 10_000) / 10,
    timesRealTime: Math.round(storyMs / wallMs),
  };
}

function violationLines(violation: ToldViolation & { readonly cleanRuns: number }): readonly string[] {
  const { signature, count, seed, sentences, steps, file, cleanRuns } = violation;
  return [
    `${signature}: ${counted(count, 'run')}, first ${seed}`,
    ...sentences.slice(0, 3).map((sentence) => `  ${sentence}`),
    `  ${counted(steps, 'step')}: guras-sync run ${file} --seed ${seed}`,
    `  once it is mended, ${counted(cleanRuns, 'run')} without it make that 99 % sure`,
  ];
}
