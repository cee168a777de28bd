import { hostname } from 'node:os';
import process from 'node:process';

/** How this process is named in the lease of a device: `device watch, pid 123 on host`. */
export function holderName(command: string): string {
  return `${command}, pid ${process.pid} on ${hostname()}`;
}

/**
 * Whether the process that a lease names is known to be gone: it ran on this machine and does not any more. Another
 * process may have its number by now; then the lease is taken once its heartbeat is seen to stand still.
 */
export function isHolderGone(holder: string): boolean {
  const named = /, pid (\d+) on (.*)$/.exec(holder);
  if (named === null || named[2] !== hostname()) return false;
  const pid = Number(named[1]);
  return pid !== process.pid && !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, for somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
