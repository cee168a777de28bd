/**
 * The known word that was most likely meant, or null when none is near enough: at most a third of the letters (and
 * at least one edit) may differ. Case is ignored. Ties go to the earlier word.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  const meant = word.toLowerCase().slice(0, wordMax);
  const allowed = Math.max(1, Math.floor(meant.length / 3));
  let best: string | null = null;
  let least = allowed + 1;
  for (const candidate of known) {
    const edits = editDistance(meant, candidate.toLowerCase().slice(0, wordMax));
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Longer words are cut: nobody mistypes them, and the work grows with the square of the length. */
const wordMax = 64;

/** Fewest inserted, removed, replaced or swapped neighbouring characters that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) row.push(nextCell(rows, row, { a, b, i, j }));
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

function nextCell(
  rows: readonly (readonly number[])[],
  row: readonly number[],
  { a, b, i, j }: { readonly a: string; readonly b: string; readonly i: number; readonly j: number },
): number {
  const cell = (up: number, left: number): number => (up === 0 ? row[j - left] : rows[i - up]?.[j - left]) ?? 0;
  const replace = cell(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  const edits = Math.min(cell(1, 0) + 1, cell(0, 1) + 1, replace);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(edits, cell(2, 2) + 1) : edits;
}
