import type { TraceRecord } from '../../trace/record.ts';
import type { Arrow } from './arrows.ts';
import type { Lane, Lanes } from './lanes.ts';
import { html, joined, type Markup } from './markup.ts';
import type { Row } from './rows.ts';

/** A part of the timeline, px from the top. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Everything that may be drawn on the lanes of a story. */
export interface Scenery {
  readonly lanes: Lanes;
  readonly arrows: readonly Arrow[];
  /** Index of each change, by which the page finds its arrows. */
  readonly changeNumbers: ReadonlyMap<string, number>;
}

/** The lanes of one part: lines, queues, arrows and marks. What reaches beyond the part is cut off by the drawing's edge. */
export function drawPart(rows: readonly (Row & { readonly of: TraceRecord })[], span: Span, scenery: Scenery): Markup {
  const { lanes, arrows } = scenery;
  const meets = ({ from, to }: Span) => from <= span.to && to >= span.from;
  const height = span.to - span.from;
  return html`<svg class="lanes" width="${lanes.width}" height="${height}" viewBox="0 ${span.from} ${lanes.width} ${height}" aria-hidden="true">${[
    ...lanes.all.map((lane) => laneMarkup(lane, { span, lanes })),
    ...rows.filter(({ of }) => isForAll(of)).map((row) => acrossMarkup(row, lanes)),
    ...arrows.filter(meets).flatMap((arrow) => arrowMarkup(arrow, scenery)),
    ...rows.flatMap((row) => markOf(row, lanes)),
  ]}</svg>`;
}

const queueMax = 34;

function laneMarkup(lane: Lane, { span, lanes }: { readonly span: Span; readonly lanes: Lanes }): Markup {
  const unit = Math.min(9, queueMax / Math.max(1, lanes.deepest));
  const pieces = [
    ...lane.stretches.flatMap((stretch) => {
      const [from, to] = [Math.max(stretch.from, span.from), Math.min(stretch.to, span.to)];
      if (to <= from) return [];
      return [html`<path class="${stretch.state}" d="M${lane.x} ${from}V${to}"/>`];
    }),
    ...lane.depths.flatMap(({ items, ...depth }) => {
      const [from, to] = [Math.max(depth.from, span.from), Math.min(depth.to, span.to)];
      if (to <= from) return [];
      const width = Math.max(3, Math.round(items * unit));
      const bar = html`<rect class="queue" x="${lane.x + 2}" y="${from}" width="${width}" height="${to - from}"/>`;
      const isLabelled = depth.from >= span.from && to - from >= 11;
      return isLabelled
        ? [bar, html`<text class="depth" x="${lane.x + width + 5}" y="${depth.from + 12}">${items}</text>`]
        : [bar];
    }),
  ];
  return html`<g class="${laneClass(lane)}">${pieces}</g>`;
}

/** Steps of all devices, and what happens to the clock or the network, concern every lane. */
function isForAll({ kind, lane, data }: TraceRecord): boolean {
  return (kind === 'step' && data.actor === 'all') || lane === 'network' || kind === 'clock';
}

function acrossMarkup({ top, height }: Row, { all, width }: Lanes): Markup {
  const y = top + height / 2;
  const dots = all
    .filter(({ name }) => name !== 'server')
    .map((lane) => html`<circle class="${laneClass(lane)} step" cx="${lane.x}" cy="${y}" r="3.5"/>`);
  return html`<path class="across" d="M0 ${y}H${width}"/>${dots}`;
}

function arrowMarkup(arrow: Arrow, { lanes, changeNumbers }: Scenery): readonly Markup[] {
  const device = lanes.byName.get(arrow.device);
  const server = lanes.byName.get('server');
  if (device === undefined || server === undefined) return [];
  const middle = networkX(device, server);
  const starts = arrow.leg === 'request' ? device.x : arrow.isForged ? middle : server.x;
  const aims = arrow.leg === 'request' ? server.x : device.x;
  const ends = arrow.fate === 'arrived' ? aims : middle;
  const numbers = arrow.changes.flatMap((id) => changeNumbers.get(id) ?? []).join(' ');
  const look = ['arrow', arrow.leg, arrow.fate, ...(arrow.isProblem ? ['problem'] : []), laneClass(device)].join(' ');
  const tip = arrow.fate === 'arrived' ? head({ x: ends, y: arrow.to, towards: ends - starts }) : cross(arrow, ends);
  const line = html`<path d="M${starts} ${arrow.from}L${ends} ${arrow.to}"/>`;
  return [html`<g class="${look}" data-changes="${numbers}">${[line, tip]}</g>`];
}

/** The gap left of the server stands for the network: no other lane runs there. */
function networkX(device: Lane, server: Lane): number {
  return Math.round(Math.max((device.x + server.x) / 2, server.x - lostBefore));
}

const lostBefore = 40;

function head({ x, y, towards }: { readonly x: number; readonly y: number; readonly towards: number }): Markup {
  const back = towards > 0 ? -8 : 8;
  return html`<path class="head" d="M${x} ${y}l${back} -4v8z"/>`;
}

/** Lost in between: a cross. On its way when the story ends: nothing. */
function cross({ fate, to }: Arrow, x: number): Markup {
  return fate === 'late' ? joined([]) : html`<path class="cross" d="M${x - 4} ${to - 4}l8 8m0 -8l-8 8"/>`;
}

function markOf({ of, top, height }: Row & { readonly of: TraceRecord }, lanes: Lanes): readonly Markup[] {
  const lane = lanes.byName.get(of.lane);
  // Messages are arrows already.
  if (lane === undefined || of.kind === 'arrived' || (of.kind === 'answer' && of.data.kind !== 'failure')) return [];
  const at = { lane, y: top + height / 2 };
  switch (of.kind) {
    case 'fault':
      return [html`<path class="fault" d="M${lane.x - 11} ${at.y - 8}l-7 9h5l-2 7l8 -10h-5z"/>`];
    case 'expect':
      return [judged(of.data.holds === true, at)];
    case 'answer':
      return [html`<circle class="missed" cx="${lane.x}" cy="${at.y}" r="4.5"/>`];
    case 'life':
      if (of.data.change === 'killed') return [judged(false, at)];
      return [html`<circle class="${laneClass(lane)} ring" cx="${lane.x}" cy="${at.y}" r="4.5"/>`];
    case 'line':
      return [html`<circle class="${laneClass(lane)} ring" cx="${lane.x}" cy="${at.y}" r="4.5"/>`];
    case 'verdict':
      return [
        html`<rect class="${laneClass(lane)} step" x="${lane.x - 4}" y="${at.y - 4}" width="8" height="8" rx="1"/>`,
      ];
    default:
      return [html`<circle class="${laneClass(lane)} step" cx="${lane.x}" cy="${at.y}" r="3.5"/>`];
  }
}

function judged(holds: boolean, { lane, y }: { readonly lane: Lane; readonly y: number }): Markup {
  const { x } = lane;
  if (holds) return html`<path class="holds" d="M${x - 5} ${y}l3.5 4l6.5 -8"/>`;
  return html`<path class="fails" d="M${x - 5} ${y - 5}l10 10m0 -10l-10 10"/>`;
}

/** The class that gives a lane its colour; there are six for devices, which then begin anew. */
export function laneClass({ name, index }: Pick<Lane, 'name' | 'index'>): string {
  return name === 'server' ? 'server' : `lane-${index % 6}`;
}
