import { readFileSync } from 'node:fs';

/**
 * Highest resident memory of this process so far, in bytes. `process.resourceUsage().maxRSS` would count the parent's
 * memory too: Linux carries it over from before the exec. It is used only where /proc is missing.
 */
export function peakMemoryBytes(): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line?.[1] !== undefined) return Number(line[1]) * 1024;
  } catch {
    // No /proc on this system.
  }
  return process.resourceUsage().maxRSS * 1024;
}
