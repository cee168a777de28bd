import { foldPolls } from '../../scenario/fold-polls.ts';
import { formatStoryTime } from '../../scenario/story-time.ts';
import type { TraceRecord } from '../../trace/record.ts';
import type { ReportedRun } from '../model.ts';
import { arrowsOf } from './arrows.ts';
import { changesOf } from './changes.ts';
import { failuresMarkup } from './failures.ts';
import { lanesOf } from './lanes.ts';
import { livesMarkup } from './lives.ts';
import { html, type Markup } from './markup.ts';
import { nameArrivals } from './name-arrivals.ts';
import { queueCharts } from './queue-chart.ts';
import { layOut } from './rows.ts';
import { timelineMarkup } from './timeline.ts';
import { tellFailures } from './told-failures.ts';

/** One run as a part of the page that opens and closes. `anchor` begins the ids of everything in it. */
export function runMarkup(
  run: ReportedRun,
  { anchor, isOpen, hasStory }: { readonly anchor: string; readonly isOpen: boolean; readonly hasStory: boolean },
): Markup {
  const { result, name, replay } = run;
  const { verdict, plan, reason } = result;
  const where = plan.file === null ? '' : `${plan.file}: `;
  const title = name.startsWith(where) ? name.slice(where.length) : name;
  const file = plan.file === null ? null : html`<small>${plan.file}</small>`;
  const about = plan.about === '' ? null : html`<p class="about">${plan.about}</p>`;
  const because =
    reason === null ? null : html`<p class="about"><b>${verdict === 'skipped' ? 'Skipped' : 'Note'}:</b> ${reason}</p>`;
  const story = tellFailures(foldPolls(nameArrivals(result.story)), result.failures);
  const told = hasStory
    ? storyMarkup(run, { story, anchor })
    : html`<p class="none">${storyLack(result.story.length)}</p>`;
  return html`<details class="run" id="${anchor}" data-is="${verdict}"${isOpen ? html` open` : null}><summary><span class="badge ${verdict}">${verdict}</span><span class="name">${title}${file}</span><span class="took">${formatStoryTime(result.storyMs)} in ${Math.round(run.wallMs)} ms</span></summary><div class="inside">${about}${because}${factsMarkup(run)}<div class="replay"><code>${replay}</code><button type="button" class="copy">copy</button></div>${failuresMarkup(result, { story: hasStory ? story : [], anchor })}${told}</div></details>`;
}

function storyLack(records: number): string {
  if (records === 0) return 'Nothing was played, so there is no timeline.';
  return 'The timeline is left out: with it this page would be too large. The command above plays the run again; add --report html:FILE for a page of its own.';
}

function factsMarkup({ result }: ReportedRun): Markup {
  const { stage, seed, stepsPlayed, expectationsJudged, hash, plan } = result;
  const facts = { on: stage, seed, case: plan.caseNumber, steps: stepsPlayed, expectations: expectationsJudged, hash };
  const values = Object.entries(plan.caseValues).map(([name, value]) => [name, String(value)] as const);
  const tags = plan.tags.length === 0 ? [] : [['tags', plan.tags.join(', ')] as const];
  const all = [...Object.entries(facts), ...values, ...tags];
  return html`<div class="facts">${all.map(([name, value]) => html`<span>${name} <b>${value}</b></span>`)}</div>`;
}

function storyMarkup(
  { result }: ReportedRun,
  { story, anchor }: { readonly story: readonly TraceRecord[]; readonly anchor: string },
): Markup {
  const { devices, storyLost } = result;
  const layout = layOut(story);
  const changes = changesOf(story);
  const numbers = new Map(changes.map(({ id }, index) => [id, index]));
  const lanes = lanesOf(devices, story, layout);
  const scenery = { lanes, arrows: arrowsOf(story, layout), changeNumbers: numbers };
  const lost = storyLost === 0 ? null : html`<p class="none">${storyLost} more records were not kept.</p>`;
  const lives =
    changes.length === 0
      ? html`<p class="none">Nothing was changed.</p>`
      : livesMarkup(changes, { result, numbers, anchor });
  return html`<h3>Queues over time</h3>${queueCharts(devices, { story, storyMs: result.storyMs })}<h3>Timeline</h3>${legend()}${timelineMarkup(story, { layout, scenery, anchor })}${lost}<h3>The life of each change</h3>${lives}`;
}

function legend(): Markup {
  return html`<p class="legend"><span data-sign="—▸">request</span><span data-sign="- ▸">answer</span><span class="bad" data-sign="✕">lost on its way, app killed, or a check that fails</span><span class="warn" data-sign="↯">fault</span><span data-sign="●">step</span><span data-sign="■">verdict of the server</span><span data-sign="○">line or app comes or goes</span><span data-sign="┊">offline</span><span data-sign="▐">items in the queue</span></p>`;
}
