import { visible } from '../../lib/visible.ts';
import type { Failure } from '../../scenario/result.ts';
import type { ReportedRun, ReportModel } from '../model.ts';
import { tellFailure } from '../tell-failure.ts';

/** GitHub shows this many annotations of a level per step and drops the others without a word. */
const shownMax = 10;

/**
 * The failures as annotations of GitHub Actions, at the line of the scenario that does not hold; skipped runs are notices.
 * What is beyond GitHub's limit is counted in a last notice, so that nothing is dropped silently.
 */
export function formatGithub({ runs }: ReportModel): string {
  const errors = runs.flatMap((run) => run.result.failures.map((failure) => errorLine(run, failure)));
  const skipped = runs.filter(({ result }) => result.verdict === 'skipped').map(skippedLine);
  const notices = skipped.slice(0, shownMax - 1);
  const unshown = Math.max(0, errors.length - shownMax) + (skipped.length - notices.length);
  const rest =
    unshown === 0 ? [] : [`::notice title=guras-sync::${unshown} more failures or skipped runs, see the log`];
  const lines = [...errors.slice(0, shownMax), ...notices, ...rest];
  return lines.map((line) => `${line}\n`).join('');
}

function errorLine({ name, replay }: ReportedRun, failure: Failure): string {
  const { place } = failure;
  const at =
    place === null
      ? {}
      : { file: place.file, line: place.line, col: place.col, endColumn: place.col + Math.max(1, place.length) };
  const message = [...tellFailure(failure), `replay: ${replay}`].join('\n');
  return command('error', { ...at, title: name }, message);
}

function skippedLine({ result, name }: ReportedRun): string {
  const { file, place } = result.plan;
  const at = file === null ? {} : { file, ...(place === null ? {} : { line: place.line }) };
  return command('notice', { ...at, title: name }, `skipped: ${result.reason ?? ''}`);
}

function command(level: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const all = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`);
  return `::${level} ${all.join(',')}::${escapedData(message)}`;
}

/** The runner takes these sequences, and no others, back to the characters they stand for. */
function escapedData(text: string): string {
  return visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
