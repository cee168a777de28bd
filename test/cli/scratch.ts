import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Ran } from './captured-terminal.ts';
import { CapturedTerminal, guras } from './captured-terminal.ts';

/** A folder for the test under way, gone after it. */
export function scratchFolder(): (name: string) => string {
  let folder: string | null = null;
  afterEach(() => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    folder = null;
  });
  return (name) => {
    folder ??= mkdtempSync(join(tmpdir(), 'guras-cli-'));
    return join(folder, name);
  };
}

/** A server that `serve` runs in this process. */
export interface Serving {
  readonly url: string;
  /** Ends it as a signal does; gives its exit code. */
  stop(): Promise<number>;
}

/** Starts `serve` on a free port, with these options and this environment. */
export async function serving(
  argv: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const terminal = new CapturedTerminal({ environment });
  const ended = main(['serve', '--port', '0', '--log-level', 'error', ...argv], terminal);
  await terminal.shows(/http:\S+\n/);
  const url = terminal.text.stdout.trim();
  return {
    url,
    stop: () => {
      terminal.stop('SIGTERM');
      return ended;
    },
  };
}

/** The session that the tests write, as options of `device create`. */
export const session: readonly string[] = [
  '--set=sessionId=calm7-1',
  '--set=startedAt=2026-03-01T06:30:00Z',
  '--set=completedAt=2026-03-01T06:42:00Z',
  '--set=durationSec=720',
];

/** A device of ana in a file, named like the file. */
export async function newDevice(file: string): Promise<Ran> {
  const name = file.replace(/^.*\//, '').replace(/\.db$/, '');
  return guras(['device', 'init', file, '--user', 'ana', '--device-id', name]);
}
