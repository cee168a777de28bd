import { formatStoryTime } from '../../scenario/story-time.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { laneClass } from './drawing.ts';
import { html, type Markup } from './markup.ts';

const width = 900;
const height = 44;
/** Points drawn of one queue: more than the chart has pixels would be waste. */
const pointsMax = 1_800;

interface Point {
  readonly atMs: number;
  readonly items: number;
}

/** The depth of every device's queue over true virtual time, and the faults that struck it, one strip per device. */
export function queueCharts(
  devices: readonly string[],
  { story, storyMs }: { readonly story: readonly TraceRecord[]; readonly storyMs: number },
): Markup {
  const charts = devices.map((name, index) => {
    const points = story.flatMap(({ kind, lane, atMs, data }) =>
      kind === 'commit' && lane === name ? [{ atMs, items: Number(data.queued) }] : [],
    );
    const faults = story.filter(({ kind, lane }) => kind === 'fault' && lane === name).map(({ atMs }) => atMs);
    return chart({ name, index }, { points, faults, storyMs });
  });
  return html`<div class="charts">${charts}<div class="axis" aria-hidden="true"><span>0</span><span>${formatStoryTime(storyMs)}</span></div></div>`;
}

function chart(
  device: { readonly name: string; readonly index: number },
  told: { readonly points: readonly Point[]; readonly faults: readonly number[]; readonly storyMs: number },
): Markup {
  const most = told.points.reduce((deepest, { items }) => Math.max(deepest, items), 0);
  const xOf = (atMs: number) => Math.round((Math.min(atMs, told.storyMs) / Math.max(1, told.storyMs)) * width);
  const yOf = (items: number) => Math.round(height - 4 - (items / Math.max(1, most)) * (height - 12));
  const every = Math.ceil(told.points.length / pointsMax);
  const kept = told.points.filter((_, index) => index % every === 0 || index === told.points.length - 1);
  const steps = kept.map(({ atMs, items }) => `H${xOf(atMs)}V${yOf(items)}`).join('');
  const struck = [...new Set(told.faults.map(xOf))].map((x) => html`<path class="fault" d="M${x} 0V${height - 4}"/>`);
  const faults =
    told.faults.length === 0 ? '' : `, ${told.faults.length} ${told.faults.length === 1 ? 'fault' : 'faults'}`;
  const says = `queue of ${device.name}: at most ${most}${faults}`;
  return html`<figure class="${laneClass(device)}"><figcaption>${device.name}<small>${most === 0 ? 'always empty' : `at most ${most}`}${faults}</small></figcaption><svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${says}"><title>${says}</title><path class="depths" d="M0 ${yOf(0)}${steps}H${width}V${yOf(0)}Z"/>${struck}</svg></figure>`;
}
