import { visible } from '../../lib/visible.ts';
import type { ReportedRun, ReportModel } from '../model.ts';
import { tellFailure } from '../tell-failure.ts';

/** The runs as TAP 14: a point per run, skipped ones with their reason, failed ones with a YAML block. */
export function formatTap({ runs }: ReportModel): string {
  const plan = runs.length === 0 ? '1..0 # SKIP nothing ran' : `1..${runs.length}`;
  const points = runs.flatMap((run, index) => point(run, index + 1));
  return `${['TAP version 14', plan, ...points].join('\n')}\n`;
}

function point(run: ReportedRun, number: number): readonly string[] {
  const { result, name } = run;
  const head = `${result.verdict === 'failed' ? 'not ok' : 'ok'} ${number} - ${described(name)}`;
  if (result.verdict === 'skipped') return [`${head} # SKIP ${described(result.reason ?? 'skipped')}`];
  return result.verdict === 'failed' ? [head, ...yamlBlock(run)] : [head];
}

function yamlBlock({ result, replay, wallMs }: ReportedRun): readonly string[] {
  const [first] = result.failures;
  const lines = [
    `message: ${quoted(first?.sentence ?? result.reason ?? 'failed')}`,
    'severity: fail',
    `duration_ms: ${wallMs.toFixed(3)}`,
    ...(first?.place ? ['at:', `  file: ${quoted(first.place.file)}`, `  line: ${first.place.line}`] : []),
    'failures:',
    ...result.failures.map((failure) => `  - ${quoted(tellFailure(failure).join('\n'))}`),
    `replay: ${quoted(replay)}`,
  ];
  return ['  ---', ...lines.map((line) => `  ${line}`), '  ...'];
}

/** Text on the line of a point: `#` begins a directive and `\` escapes, unless they are escaped themselves. */
function described(text: string): string {
  return visible(text).replaceAll('\n', ' ').replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}

/** A text as a double-quoted YAML scalar: JSON, with what YAML can't carry as it is written out too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
