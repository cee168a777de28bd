import { formatStoryTime } from '../../scenario/story-time.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { drawPart, laneClass, type Scenery, type Span } from './drawing.ts';
import { html, type Markup } from './markup.ts';
import type { Layout, Row } from './rows.ts';

/** Rows of one part: a browser draws only the parts that are in view. */
const partRows = 40;

type StoryRow = Row & { readonly of: TraceRecord };

/** The timeline of a story: virtual time downwards, a lane per device and for the server, and what happens in words. */
export function timelineMarkup(
  story: readonly TraceRecord[],
  { layout, scenery, anchor }: { readonly layout: Layout; readonly scenery: Scenery; readonly anchor: string },
): Markup {
  const rows = layout.rows.flatMap((row): readonly StoryRow[] => {
    const of = story[row.record];
    return of === undefined ? [] : [{ ...row, of }];
  });
  const parts: Markup[] = [];
  let from = 0;
  for (let start = 0; start < rows.length; start += partRows) {
    const part = rows.slice(start, start + partRows);
    const to = part.reduce((bottom, { top, height }) => Math.max(bottom, top + height), from);
    parts.push(partMarkup(part, { span: { from, to }, scenery, anchor, earlier: rows[start - 1]?.atMs }));
    from = to;
  }
  return html`<div class="timeline" style="--lanes:${scenery.lanes.width}px">${headMarkup(scenery)}${parts}</div>`;
}

function headMarkup({ lanes }: Scenery): Markup {
  const names = lanes.all.map(
    (lane) =>
      html`<span class="${laneClass(lane)}" style="width:${lanes.spacing}px" title="${lane.name}">${lane.name}</span>`,
  );
  return html`<div class="row head" aria-hidden="true"><span class="time">time</span><span class="names">${names}</span><span>what happens</span></div>`;
}

function partMarkup(
  rows: readonly StoryRow[],
  part: {
    readonly span: Span;
    readonly scenery: Scenery;
    readonly anchor: string;
    readonly earlier: number | undefined;
  },
): Markup {
  const { span, scenery, anchor } = part;
  let [bottom, lastMs] = [span.from, part.earlier];
  const lines = rows.map((row) => {
    const line = rowMarkup(row, { above: row.top - bottom, isSameTime: row.atMs === lastMs, anchor });
    [bottom, lastMs] = [row.top + row.height, row.atMs];
    return line;
  });
  const height = span.to - span.from;
  return html`<div class="part" style="height:${height}px;contain-intrinsic-size:auto ${height}px">${drawPart(rows, span, scenery)}<ol>${lines}</ol></div>`;
}

function rowMarkup(
  { of, record, text, atMs, height, gap }: StoryRow,
  { above, isSameTime, anchor }: { readonly above: number; readonly isSameTime: boolean; readonly anchor: string },
): Markup {
  const time = formatStoryTime(atMs);
  const words = gap === null ? null : html`<span class="gap" style="height:${above}px">${gap} later</span>`;
  const place = of.kind === 'step' ? placeOf(of) : null;
  const isLong = text.length > 60;
  return html`<li id="${anchor}-${record}" class="${rowClass(of)}" style="height:${height}px;margin-top:${above}px">${words}<time class="${isSameTime ? 'time same' : 'time'}">${time}</time><span class="where">${of.lane}</span><span class="text"${isLong ? html` tabindex="0"` : null}>${text}</span>${place}</li>`;
}

function placeOf({ data }: TraceRecord): Markup | null {
  const { line } = (data.place ?? {}) as { readonly line?: number };
  return line === undefined ? null : html`<span class="place">line ${line}</span>`;
}

function rowClass({ kind, data }: TraceRecord): string {
  if (kind === 'expect') return data.holds === true ? 'row expect held' : 'row expect failed';
  if (data.isFolded === true) return 'row quiet folded';
  const failures = ['refused', 'fault'];
  if (failures.includes(kind)) return `row ${kind}`;
  const loud = ['phase', 'step', 'note', 'notice', 'life', 'line'];
  return loud.includes(kind) ? `row ${kind}` : 'row quiet';
}
