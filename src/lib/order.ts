/** Total order of texts by UTF-16 code unit, the same on every machine and locale: below 0, 0 or above 0. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Total order of key tuples of texts and numbers, position by position; a shorter prefix comes first. */
export function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const order = comparePart(a[at] as string | number, b[at] as string | number);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers before texts, as SQLite orders them, so that every storage adapter scans in one order. */
function comparePart(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareText(a, b);
}
