/** Bytes before the first frame. */
const headerBytes = 32;
/** Bytes of a frame before its page. */
const frameHeaderBytes = 24;

/**
 * A write-ahead log of SQLite as a power cut leaves it whose last `lost` (0 or more) commits had not reached the disk: it
 * ends with an earlier commit, or with none when it holds fewer. Frames left over from an earlier turn of the log go too.
 * `synced`: the log as an earlier cut left it; of the same turn, what it holds stays.
 */
export function withoutLastCommits(log: Buffer, lost: number, synced: Buffer | null = null): Buffer {
  if (log.length < headerBytes) return log;
  const ends = [headerBytes, ...commitEnds(log)];
  const isSameTurn = synced?.subarray(0, headerBytes).equals(log.subarray(0, headerBytes)) === true;
  const end = ends[Math.max(0, ends.length - 1 - lost)] ?? headerBytes;
  return log.subarray(0, Math.max(end, isSameTurn ? synced.length : 0));
}

/** Where each commit of this turn of the log ends, bytes. */
function commitEnds(log: Buffer): readonly number[] {
  const frameBytes = frameHeaderBytes + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  const ends: number[] = [];
  for (let at = headerBytes; at + frameBytes <= log.length; at += frameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    // Only the last frame of a commit tells the size of the database after it.
    if (log.readUInt32BE(at + 4) !== 0) ends.push(at + frameBytes);
  }
  return ends;
}
