import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Starts the worker of a folder as a process with a channel to this one: `src/<folder>/worker.ts` where this file is a
 * source, else what the build made of it. It is to end with the channel.
 */
export function forkWorker(folder: 'live' | 'explore'): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const path = isSource ? `src/${folder}/worker.ts` : `dist/bin/${folder}-worker.js`;
  return fork(`${packageFolder}${path}`, [], {
    cwd: packageFolder,
    execArgv: isSource ? ['--import', 'tsx'] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
