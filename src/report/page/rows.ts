import { formatDuration } from '../../lib/duration.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { tellRecord } from '../tell-record.ts';

/** One line of a timeline: a record that people read, at its height on the page. */
export interface Row {
  /** Index of the record in the story. */
  readonly record: number;
  readonly atMs: number;
  readonly text: string;
  /** Px from the top of the timeline. */
  readonly top: number;
  readonly height: number;
  /** Time that passed since the row before, as text; null where it is not worth a word. */
  readonly gap: string | null;
}

/** The rows of a story and where every record stands, those without a row at the row before. */
export interface Layout {
  readonly rows: readonly Row[];
  /** Px from the top of the middle of each record's row. */
  readonly middles: readonly number[];
  readonly height: number;
}

const rowHeight = 22;
const phaseHeight = 36;
const gapMax = 40;
/** From here on a gap is told in words, ms. */
const toldGapMs = 10_000;

/** Where the records of a story stand on a vertical axis: one below the other, further apart the more time passed. */
export function layOut(story: readonly TraceRecord[]): Layout {
  const rows: Row[] = [];
  const middles: number[] = [];
  let bottom = 0;
  let lastMs = 0;
  story.forEach((record, index) => {
    const text = rowText(record);
    if (text === null) {
      middles.push(Math.max(0, bottom - rowHeight / 2));
      return;
    }
    const passedMs = record.atMs - lastMs;
    const height = record.kind === 'phase' ? phaseHeight : rowHeight;
    const top = bottom + gapHeight(passedMs);
    const gap = passedMs >= toldGapMs ? formatDuration(coarse(passedMs)) : null;
    rows.push({ record: index, atMs: record.atMs, text, top, height, gap });
    middles.push(top + height / 2);
    bottom = top + height;
    lastMs = record.atMs;
  });
  return { rows, middles, height: bottom };
}

/** What a record's row says, or null when it has none. */
function rowText(record: TraceRecord): string | null {
  const { kind, data } = record;
  if (kind === 'arrived') return `${String(data.call)} of ${String(data.from)} arrives`;
  if (kind === 'dropped') return `a late answer counts for nothing (${String(data.reason)})`;
  const told = tellRecord(record);
  if (kind === 'call') return told?.replace(/ ->$/, ' →') ?? null;
  return kind === 'answer' ? `${told?.replace('<-', '←')}${rowsBrought(data)}` : told;
}

/** Ten times as long is a little further apart: days fit on the page, and a second still shows. */
function gapHeight(ms: number): number {
  if (ms < 100) return 0;
  const height = Math.round(5 * Math.log10(ms / 10));
  return Math.min(gapMax, ms >= toldGapMs ? Math.max(20, height) : height);
}

/** Whole seconds under an hour, whole minutes above. */
function coarse(ms: number): number {
  const unit = ms < 3_600_000 ? 1_000 : 60_000;
  return Math.round(ms / unit) * unit;
}

function rowsBrought({ call, items }: TraceRecord['data']): string {
  if (call !== 'pull' || typeof items !== 'number' || items === 0) return '';
  return `, ${items} ${items === 1 ? 'row' : 'rows'}`;
}
