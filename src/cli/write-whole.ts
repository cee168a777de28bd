import { renameSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';

/** Writes a file so that a reader finds the old one or the whole new one, also when the process is killed meanwhile. */
export function writeWhole(file: string, text: string): void {
  const part = `${file}.part-${process.pid}`;
  try {
    writeFileSync(part, text);
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}
