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
  const widths = used.map(({ column, at }) =>
    rows.reduce((most, row) => Math.max(most, cellsOf(row[at] ?? '')), cellsOf(column.title)),
  );
  if (width !== null) shrink(widths, { used: used.map(({ column }) => column), width });
  const line = (cells: readonly string[]): string =>
    used
      .map(({ column }, at) => padded(cells[at] ?? '', widths[at] ?? 0, column.align === 'right'))
      .join(gap)
      .trimEnd();
  return [
    line(used.map(({ column }) => column.title)),
    ...rows.map((row) => line(used.map(({ at }) => row[at] ?? ''))),
  ];
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

function padded(text: string, cells: number, right: boolean): string {
  const size = cellsOf(text);
  if (size > cells) return padded(cutTo(text, Math.max(1, cells)), cells, right);
  if (size === cells) return text;
  const space = ' '.repeat(cells - size);
  return right ? space + text : text + space;
}
