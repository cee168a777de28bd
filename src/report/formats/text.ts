import { visible } from '../../lib/visible.ts';
import { formatExcerpt } from '../../scenario/language/diagnostic.ts';
import { formatPlace } from '../../scenario/language/place.ts';
import type { Failure, RunResult } from '../../scenario/result.ts';
import { formatStoryTime } from '../../scenario/story-time.ts';
import type { TraceRecord } from '../../trace/record.ts';
import type { ReportedRun, ReportModel } from '../model.ts';
import { tellRecord } from '../tell-record.ts';

/** How the text is made. */
export interface TextOptions {
  readonly color: boolean;
  /** Which runs show their story. */
  readonly stories: 'all' | 'failed' | 'none';
}

type Paint = (text: string) => string;
interface Ink {
  readonly good: Paint;
  readonly bad: Paint;
  readonly dim: Paint;
  readonly strong: Paint;
}

/** Stories, failures and a last line with the counts, ending in a newline. */
export function formatText(model: ReportModel, options: TextOptions): string {
  const runs = model.runs.map((run) => formatRun(run, options));
  return `${[...runs, formatCounts(model, inkOf(options.color))].join('\n')}\n`;
}

/** One run: its verdict, story if wanted, and what failed. */
export function formatRun(run: ReportedRun, options: TextOptions): string {
  const ink = inkOf(options.color);
  const { result, name, replay } = run;
  const showsStory = options.stories === 'all' || (options.stories === 'failed' && result.verdict === 'failed');
  const lines = [`${verdictWord(result, ink)} ${ink.strong(visible(name))}${details(run, ink)}`];
  if (showsStory) lines.push(...formatStory(result, ink), '');
  for (const failure of result.failures) lines.push(...formatFailure(failure, ink));
  if (result.failures.length > 0) lines.push(`  replay: ${replay}`, '');
  return lines.join('\n');
}

function details({ result, wallMs }: ReportedRun, ink: Ink): string {
  if (result.verdict === 'skipped') return `: ${result.reason ?? 'skipped'}`;
  const reason = result.reason === null ? '' : ` - ${result.reason}`;
  const steps = `${result.stepsPlayed} ${result.stepsPlayed === 1 ? 'step' : 'steps'}`;
  const played = `${steps}, ${formatStoryTime(result.storyMs)} on ${result.stage} in ${Math.round(wallMs)} ms`;
  return `${ink.dim(` (${played}, ${result.hash})`)}${reason}`;
}

function verdictWord({ verdict }: RunResult, ink: Ink): string {
  if (verdict === 'passed') return ink.good('passed ');
  return verdict === 'failed' ? ink.bad('failed ') : ink.dim('skipped');
}

/** The story: times, one column with a mark for each lane, and what happens there. */
function formatStory(result: RunResult, ink: Ink): readonly string[] {
  const lanes = [...result.devices, 'server'];
  const width = Math.max(...result.story.map(({ atMs }) => formatStoryTime(atMs).length), 11);
  const head = `  ${' '.repeat(width)}  ${lanes.map((lane) => lane.slice(0, laneWidth).padEnd(laneWidth)).join(' ')}`;
  const lost = result.storyLost === 0 ? [] : [`  … ${result.storyLost} more lines`];
  const lines = result.story.flatMap((record) => storyLine(record, { lanes, width, ink }) ?? []);
  return [ink.dim(head.trimEnd()), ...lines, ...lost.map(ink.dim)];
}

const laneWidth = 8;

function storyLine(
  record: TraceRecord,
  { lanes, width, ink }: { readonly lanes: readonly string[]; readonly width: number; readonly ink: Ink },
): string | null {
  const raw = tellRecord(record);
  if (raw === null) return null;
  const told = visible(raw);
  if (record.kind === 'phase') return `  ${' '.repeat(width)}  ${ink.strong(`== ${told}`)}`;
  const time = ink.dim(formatStoryTime(record.atMs).padStart(width));
  const isOn = (lane: string) => lane === record.lane || (record.data.actor === 'all' && lane !== 'server');
  const marks = lanes.map((lane) => (isOn(lane) ? mark(record) : '|').padEnd(laneWidth)).join(' ');
  const isFailed = record.kind === 'expect' && record.data.holds !== true;
  const isLoud = record.kind === 'step' || record.kind === 'note' || record.kind === 'expect';
  return `  ${time}  ${ink.dim(marks)} ${isFailed ? ink.bad(told) : isLoud ? told : ink.dim(told)}`;
}

function mark({ kind }: TraceRecord): string {
  const marks: Readonly<Record<string, string>> = {
    step: '*',
    call: '>',
    answer: '<',
    fault: '!',
    life: '+',
    verdict: '=',
    expect: '?',
  };
  return marks[kind] ?? '.';
}

function formatFailure({ place, sentence, holding, why, atMs }: Failure, ink: Ink): readonly string[] {
  const where = place === null ? '' : ` at ${formatPlace(place)}`;
  const rest = holding.length === 0 ? '' : `; as expected: ${holding.join(', ')}`;
  const lines = [`  ${ink.bad('failed')}${where} (${formatStoryTime(atMs)})`];
  if (place === null) lines.push(`  ${visible(sentence)}${rest}`);
  else
    lines.push(
      ...formatExcerpt(place, `${sentence}${rest}`)
        .split('\n')
        .slice(1)
        .map((line) => `  ${line}`),
    );
  if (why !== null) lines.push(`  why: ${visible(why)}`);
  return lines;
}

function formatCounts({ counts, exitCode }: ReportModel, ink: Ink): string {
  const parts = [`${counts.passed} passed`, `${counts.failed} failed`, `${counts.skipped} skipped`];
  const word = exitCode === 0 ? ink.good : ink.bad;
  return `${word(parts.join(', '))}${exitCode === 3 ? ' - nothing ran, so nothing is known' : ''}`;
}

function inkOf(color: boolean): Ink {
  const paint = (code: number): Paint => (color ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return { good: paint(32), bad: paint(31), dim: paint(2), strong: paint(1) };
}
