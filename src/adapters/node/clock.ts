import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../ports/clock.ts';
import { clockFrom } from '../portable/clock.ts';

const NS_PER_MS = 1e6;

/**
 * The machine's clock. Processes of one boot of Linux share the boot's name and the count of ms since it; elsewhere
 * each process counts as a boot of its own, which is always safe. Timers keep the process alive until they fire.
 */
export function nodeClock(): Clock {
  return clockFrom({
    wall: Date.now,
    mono: () => Number(process.hrtime.bigint()) / NS_PER_MS,
    boot: bootName('/proc/sys/kernel/random/boot_id'),
    setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
    clearTimer: clearTimeout,
  });
}

/** The boot's name in the file that Linux gives it in, or a random one of this process where there is none. */
export function bootName(path: string): string {
  try {
    const name = readFileSync(path, 'latin1').trim();
    if (name !== '') return name;
  } catch {
    // Another system, or a sandbox that hides the file.
  }
  return randomBytes(16).toString('hex');
}
