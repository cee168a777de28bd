import type { Clock } from '../../src/ports/clock.ts';

/** Timers that run when the test says so. */
export interface ManualTimers extends Pick<Clock, 'after'> {
  /** Timers that are set and neither fired nor cancelled. */
  pending(): number;
  /** Lets this much time pass: runs every timer that is due, in order. */
  elapse(ms: number): void;
}

/** Timers of a clock that stands still until `elapse`. */
export function manualTimers(): ManualTimers {
  let nowMs = 0;
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  return {
    after(delayMs, callback) {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    pending: () => timers.size,
    elapse(ms) {
      nowMs += ms;
      for (const timer of [...timers].sort((a, b) => a.dueMs - b.dueMs)) {
        if (timer.dueMs <= nowMs && timers.delete(timer)) timer.callback();
      }
    },
  };
}
