import { cellsOf, cutTo } from './cells.ts';

/** One column: its title, and whether its values are numbers, which stand to the right. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Whether it may be cut when the table is wider than the terminal; widest first. */
  readonly elastic?: boolean;
}

const gap = '  ';
const narrowest = 8;

/**
 * A table as lines: titles, then rows. `width`: cells that a line may take; null never cuts. Cells are texts without
 * control characters or colour; columns that are empty in all rows are left out.
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
): readonly string[] {
  const used = columns.flatMap((column, at) => (rows.some((row) => (row[at] ?? '') !== '') ? [{ column, at }] : []));
  // Measured once: a table may have tens of thousands of rows.
  const measured = used.map(({ column, at }) =>
    measuredColumn(column, [column.title, ...rows.map((row) => row[at] ?? '')]),
  );
  const widths = measured.map(({ width: most }) => most);
  if (width !== null) shrink(widths, { used: used.map(({ column }) => column), width });
  const lines: string[] = [];
  for (let row = 0; row <= rows.length; row += 1) lines.push(lineAt(row, measured, widths));
  return lines;
}

interface MeasuredColumn {
  readonly texts: readonly string[];
  /** Cells of each text. */
  readonly sizes: readonly number[];
  /** Cells of the widest. */
  readonly width: number;
  readonly right: boolean;
}

function measuredColumn({ align }: Column, texts: readonly string[]): MeasuredColumn {
  const sizes = texts.map(cellsOf);
  return { texts, sizes, width: sizes.reduce((most, size) => Math.max(most, size), 0), right: align === 'right' };
}

function lineAt(row: number, columns: readonly MeasuredColumn[], widths: readonly number[]): string {
  let line = '';
  for (let at = 0; at < columns.length; at += 1) {
    const { texts, sizes, right } = columns[at] as MeasuredColumn;
    if (at > 0) line += gap;
    line += padded(texts[row] ?? '', sizes[row] ?? 0, { cells: widths[at] ?? 0, right });
  }
  return line.trimEnd();
}

/** Takes cells from the widest elastic column until the line fits, or nothing is left to take. */
function shrink(widths: number[], { used, width }: { readonly used: readonly Column[]; readonly width: number }): void {
  const total = (): number => widths.reduce((sum, cells) => sum + cells, 0) + gap.length * (widths.length - 1);
  for (let over = total() - width; over > 0; over = total() - width) {
    const elastic = used.flatMap(({ elastic = false }, at) => (elastic && (widths[at] ?? 0) > narrowest ? [at] : []));
    const widest = elastic.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) return;
    const second = elastic[1] === undefined ? narrowest : Math.max(narrowest, (widths[elastic[1]] ?? 0) - 1);
    widths[widest] = Math.max((widths[widest] ?? 0) - over, second);
  }
}

/** A text of `size` cells on exactly `cells`, cut or filled up. */
function padded(text: string, size: number, to: { readonly cells: number; readonly right: boolean }): string {
  if (size === to.cells) return text;
  if (size > to.cells) {
    const cut = cutTo(text, Math.max(1, to.cells));
    return padded(cut, Math.min(cellsOf(cut), to.cells), to);
  }
  const space = ' '.repeat(to.cells - size);
  return to.right ? space + text : text + space;
}
