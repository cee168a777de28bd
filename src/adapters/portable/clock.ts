import { assert } from '../../lib/assert.ts';
import type { Clock, Timer } from '../../ports/clock.ts';

/** What a clock is made of. All functions are the platform's own. */
export interface ClockParts<Handle> {
  /** Wall time, ms since 1970. It may be set at any moment. */
  readonly wall: () => number;
  /** Time since some moment of this boot, ms, with fractions if there are any. It never runs backwards. */
  readonly mono: () => number;
  /** Names the boot that `mono` counts in; another one after every restart of its count. */
  readonly boot: string;
  readonly setTimer: (callback: () => void, delayMs: number) => Handle;
  readonly clearTimer: (handle: Handle) => void;
}

/** Platforms keep delays in 31 bits, and run a longer one at once. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/** A device's clock. Readings are whole ms. Platform timers may fire early by the monotonic clock: these do not. */
export function clockFrom<Handle>(parts: ClockParts<Handle>): Clock {
  return {
    read: () => ({ wallMs: Math.floor(parts.wall()), monoMs: Math.floor(parts.mono()), boot: parts.boot }),
    after(delayMs, callback) {
      assert(delayMs >= 0, `a delay is 0 ms or more, not ${delayMs}`);
      return timer(parts, parts.mono() + delayMs, callback);
    },
  };
}

function timer<Handle>(parts: ClockParts<Handle>, dueMs: number, callback: () => void): Timer {
  let cancelled = false;
  const wait = (): Handle => {
    const leftMs = Math.ceil(dueMs - parts.mono());
    return parts.setTimer(fire, Math.min(Math.max(leftMs, 0), DELAY_MAX_MS));
  };
  const fire = (): void => {
    if (cancelled) return;
    if (parts.mono() < dueMs) {
      handle = wait();
      return;
    }
    cancelled = true;
    callback();
  };
  let handle = wait();
  return {
    cancel() {
      if (cancelled) return;
      cancelled = true;
      parts.clearTimer(handle);
    },
  };
}
