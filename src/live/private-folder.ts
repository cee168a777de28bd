import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StageError } from '../stage/stage.ts';

/** A temporary folder that nobody else reads and that is gone after use. */
export interface PrivateFolder {
  readonly path: string;
  /** Removes it with all it holds. Safe to call twice. */
  remove(): void;
}

const open = new Set<string>();
let isWatching = false;

/** Makes a folder; it is removed at the latest when this process exits. Throws `StageError` when none can be made. */
export function makePrivateFolder(): PrivateFolder {
  watchExit();
  const path = makeFolder();
  open.add(path);
  return { path, remove: () => removeFolder(path) };
}

function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'guras-sync-'));
  } catch (error) {
    throw noFolder(error);
  }
}

function noFolder(cause: unknown): StageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = 'free space, or set TMPDIR to another folder';
  return new StageError(`no temporary folder can be made: ${reason}`, hint, { cause });
}

function removeFolder(path: string): void {
  if (!open.delete(path)) return;
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}

function watchExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('exit', () => {
    for (const path of open) removeFolder(path);
  });
}
