import { foldPolls } from '../../scenario/fold-polls.ts';
import type { ReportModel } from '../model.ts';
import { html, type Markup } from '../page/markup.ts';
import { runMarkup } from '../page/run.ts';
import { wholePage } from '../page/whole-page.ts';

/** Records whose timelines one page holds; about 5 MB. Failed runs come first, the others as far as it goes. */
const recordsMax = 12_000;
/** Failed runs that are open when the page is. */
const openMax = 3;

/**
 * The runs as one HTML page that needs nothing else: lanes, arrows, queues and the life of each change. Its policy allows
 * no network and no script but its own; everything that a user or a server wrote is escaped.
 */
export function formatHtml(model: ReportModel, { timestamp }: { readonly timestamp: string }): string {
  const { runs, counts } = model;
  const told = runsTold(model);
  const opened = new Set(runs.filter(({ result }) => result.verdict === 'failed').slice(0, openMax));
  const parts = runs.map((run, index) =>
    runMarkup(run, {
      anchor: `run-${index + 1}`,
      isOpen: runs.length === 1 || opened.has(run),
      hasStory: told.has(run),
    }),
  );
  const title = `${runs.length === 1 ? (runs[0]?.name ?? '') : `${runs.length} runs`}: ${counts.failed === 0 ? 'nothing failed' : `${counts.failed} failed`}`;
  return wholePage({ title, head: headMarkup(model, timestamp), parts });
}

/** The runs whose timeline the page has room for. */
function runsTold({ runs }: ReportModel): ReadonlySet<ReportModel['runs'][number]> {
  const played = runs.filter(({ result }) => result.story.length > 0 && result.verdict !== 'skipped');
  const byNeed = [...played].sort((a, b) => need(a) - need(b));
  let room = recordsMax;
  return new Set(
    byNeed.filter(({ result }, index) => {
      room -= foldPolls(result.story).length;
      // A page of one run always tells it.
      return index === 0 || room >= 0;
    }),
  );
}

function need({ result }: ReportModel['runs'][number]): number {
  return result.verdict === 'failed' ? 0 : 1;
}

function headMarkup({ runs, counts }: ReportModel, timestamp: string): Markup {
  const all = (['failed', 'passed', 'skipped'] as const).filter((verdict) => counts[verdict] > 0);
  const words = all.map((verdict) => html`<span class="count ${verdict}">${counts[verdict]} ${verdict}</span>`);
  const when = html`<p class="meta">guras-sync, began <time datetime="${timestamp}">${timestamp}</time></p>`;
  if (runs.length < 2) return html`<h1>Scenario run</h1>${when}`;
  const boxes = all.map(
    (verdict) => html`<label><input type="checkbox" checked data-verdict="${verdict}"> ${verdict}</label>`,
  );
  return html`<h1>${runs.length} runs</h1>${when}<div class="tools">${words}<label><span class="where">Find runs</span><input type="search" id="search" placeholder="Find runs by name"></label>${boxes}</div>`;
}
