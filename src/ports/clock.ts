import type { Reading } from '../core/clock/server-clock.ts';

/** Handle of a timer that has been set. */
export interface Timer {
  /** The callback will not run after this. Calling it again does nothing. */
  cancel(): void;
}

/** A device's clocks and timers. Timers follow the monotonic clock and never fire early. */
export interface Clock {
  /** What the clocks say now. */
  read(): Reading;
  /** Runs `callback` once, `delayMs` (0 or more) from now, never inside this call. */
  after(delayMs: number, callback: () => void): Timer;
}
