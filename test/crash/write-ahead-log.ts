import { existsSync, readFileSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * How many frames of a transaction that never committed stand at the end of a database's write-ahead log: 0 when the log
 * ends with a commit, is empty, or is not there. Frames of an earlier turn of the log do not count.
 */
export function openFrames(database: string): number {
  const file = `${database}-wal`;
  if (!existsSync(file)) return 0;
  const log = readFileSync(file);
  if (log.length < headerBytes) return 0;
  const step = frameHeaderBytes + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  let open = 0;
  for (let at = headerBytes; at + frameHeaderBytes <= log.length; at += step) {
    if (!log.subarray(at + 8, at + 16).equals(salts)) break;
    const commits = log.readUInt32BE(at + 4) !== 0 && at + step <= log.length;
    open = commits ? 0 : open + 1;
  }
  return open;
}
