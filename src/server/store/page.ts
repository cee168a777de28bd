/** One row of an index scan: its number and the bytes of its data. */
export interface PageEntry {
  readonly version: number;
  readonly bytes: number;
}

/**
 * The number after which a page ends, given the heads of the scans it merges (each in order of version, each either complete or
 * longer than `limit`): the first number at which the page holds `limit` rows or `bytesMax` bytes. Null when all fit.
 */
export function pageCut(
  scans: readonly (readonly PageEntry[])[],
  { limit, bytesMax }: { readonly limit: number; readonly bytesMax: number },
): number | null {
  const entries =
    scans.length === 1 ? (scans[0] as readonly PageEntry[]) : scans.flat().sort((a, b) => a.version - b.version);
  let bytes = 0;
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at] as PageEntry;
    const previous = entries[at - 1];
    const isFull = at >= limit || bytes >= bytesMax;
    if (previous !== undefined && isFull && previous.version !== entry.version) return previous.version;
    bytes += entry.bytes;
  }
  // A last number that fills the page by itself may go on behind what was scanned.
  return entries.length > limit ? (entries.at(-1) as PageEntry).version : null;
}
