import type { LiveTime } from './live-hub.ts';

/** The machine's timers, which keep no process alive, beside the server's clock. */
export function serverLiveTime(wallMs: () => number): LiveTime {
  return {
    wallMs,
    monoMs: () => performance.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs).unref();
      return () => clearTimeout(timer);
    },
  };
}
