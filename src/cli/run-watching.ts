import { CommandError, type ExitCode, exitAfter, type StopSignal } from './exit.ts';
import type { Output } from './output.ts';
import type { Terminal } from './terminal.ts';
import { type Watched, watchFiles } from './watch-files.ts';

/** How a command is run again and again. */
export interface Watching {
  readonly terminal: Terminal;
  readonly output: Output;
  /** Reads what a round needs and names each file that it reads; gives the round, which a signal cuts short. */
  readonly read: (onRead: (file: string) => void) => Promise<() => Promise<unknown>>;
  /** Folders in which a new file counts too. */
  readonly folders: () => readonly string[];
}

/**
 * Plays a round, and another after every change of what it read, until a signal comes. What is wrong with a file is told
 * and waited out: the next change may mend it.
 */
export async function runWatching(watching: Watching): Promise<ExitCode> {
  let stopped: StopSignal | null = null;
  let forget = (): void => undefined;
  // For as long as it watches: between two rounds a signal must not find the process without anybody who hears it.
  const stopping = new Promise<void>((resolve) => {
    forget = watching.terminal.onStop((signal) => {
      stopped = signal;
      resolve();
    });
  });
  try {
    while (stopped === null) await watchedRound(watching, stopping);
    return exitAfter(stopped);
  } finally {
    forget();
  }
}

/** One round, and the wait for a change of what it read, or for `stopping`. */
async function watchedRound({ output, read, folders }: Watching, stopping: Promise<void>): Promise<void> {
  const files = new Set<string>();
  let isStopped = false;
  const stop = stopping.then(() => {
    isStopped = true;
  });
  const round = await told(output, () => read((file) => files.add(file)));
  // From here on, so that a change during the round is not missed.
  const change = nextChange({ files: [...files], folders: folders() });
  try {
    if (round !== null) await told(output, round);
    if (!isStopped) output.note(`watching ${files.size} ${files.size === 1 ? 'file' : 'files'}; Ctrl-C ends`);
    await Promise.race([change.happens, stop]);
  } finally {
    change.end();
  }
}

/** What the work gives, or null when it ends in words for people, which are told. */
async function told<T>(output: Output, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { message, remedy } = error;
    output.note(`${output.notePaint.red('error:')} ${message}${remedy === null ? '' : `\n  ${remedy}`}`);
    return null;
  }
}

function nextChange(watched: Watched): { readonly happens: Promise<void>; readonly end: () => void } {
  let end = (): void => undefined;
  const happens = new Promise<void>((resolve) => {
    end = watchFiles(watched, resolve);
  });
  return { happens, end };
}
