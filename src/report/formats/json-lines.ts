import { formatPlace } from '../../scenario/language/place.ts';
import type { Failure } from '../../scenario/result.ts';
import type { ReportedRun, ReportModel } from '../model.ts';

/** Name and version of the lines, on every one of them. */
const reportSchema = 'guras-sync/run/1';

/** One line of JSON per run, and a last one with the counts. */
export function formatJsonLines(model: ReportModel): string {
  const lines: readonly unknown[] = [...model.runs.map(runLine), summaryLine(model)];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** One run as data: `type: run`. */
export function runLine({ result, name, replay, wallMs }: ReportedRun): object {
  const { plan, stage, seed, verdict, reason, hash, storyMs, stepsPlayed, expectationsJudged } = result;
  return {
    schema: reportSchema,
    type: 'run',
    name,
    file: plan.file,
    scenario: plan.title,
    case: plan.caseNumber,
    caseValues: plan.caseValues,
    tags: plan.tags,
    on: stage,
    seed,
    verdict,
    reason,
    failures: result.failures.map(failureData),
    hash,
    storyMs,
    wallMs,
    stepsPlayed,
    expectationsJudged,
    replay,
  };
}

/** The counts over all runs: `type: summary`. */
export function summaryLine({ runs, counts, exitCode }: ReportModel): object {
  return { schema: reportSchema, type: 'summary', runs: runs.length, ...counts, exitCode };
}

function failureData({ claim, place, atMs, sentence, differences, holding, why }: Failure): object {
  const at = place === null ? null : formatPlace(place);
  return { claim, place: at, atMs, sentence, differences, holding, why };
}
