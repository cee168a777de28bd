import { describe, expect, it } from 'vitest';
import { clockFrom } from '../../../src/adapters/portable/clock.ts';
import { Heap } from '../../../src/lib/heap.ts';

/** A platform whose timers fire `earlyMs` before they should, as Node's do by a fraction of a ms. */
function platform(earlyMs = 0) {
  const timers = new Heap<{ readonly at: number; readonly callback: () => void }>((a, b) => a.at - b.at);
  const cleared = new Set<unknown>();
  const state = { mono: 1_000.75, delays: [] as number[] };
  const clock = clockFrom({
    wall: () => 1_700_000_000_000.9,
    mono: () => state.mono,
    boot: 'b1',
    setTimer: (callback, delayMs) => {
      const timer = { at: state.mono + Math.max(0, delayMs - earlyMs), callback };
      state.delays.push(delayMs);
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => void cleared.add(timer),
  });
  const runUntil = (mono: number) => {
    for (let next = timers.peek(); next !== undefined && next.at <= mono; next = timers.peek()) {
      timers.pop();
      state.mono = Math.max(state.mono, next.at) + 0.01;
      if (!cleared.has(next)) next.callback();
    }
    state.mono = mono;
  };
  return { clock, state, runUntil };
}

describe('a clock', () => {
  it('reads whole ms and the boot', () => {
    expect(platform().clock.read()).toEqual({ wallMs: 1_700_000_000_000, monoMs: 1_000, boot: 'b1' });
  });

  it('a timer never fires early, even when the platform does', () => {
    const { clock, state, runUntil } = platform(0.6);
    const fired: number[] = [];
    clock.after(5, () => fired.push(state.mono));
    runUntil(1_005.7);
    expect(fired).toEqual([]);
    runUntil(1_010);
    expect(fired).toHaveLength(1);
    expect(fired[0]).toBeGreaterThanOrEqual(1_005.75);
  });

  it('a timer never fires inside the call that sets it', () => {
    const { clock, runUntil } = platform();
    let fired = false;
    clock.after(0, () => {
      fired = true;
    });
    expect(fired).toBe(false);
    runUntil(1_001);
    expect(fired).toBe(true);
  });

  it('a cancelled timer does not fire, and may be cancelled again', () => {
    const { clock, runUntil } = platform(0.6);
    let fired = 0;
    const timer = clock.after(5, () => {
      fired += 1;
    });
    runUntil(1_005.5);
    timer.cancel();
    timer.cancel();
    runUntil(2_000);
    expect(fired).toBe(0);
  });

  it('a delay longer than the platform takes is waited for in pieces', () => {
    const { clock, state, runUntil } = platform();
    const days40 = 40 * 24 * 3_600_000;
    const fired: number[] = [];
    clock.after(days40, () => fired.push(state.mono));
    runUntil(1_000 + days40 - 1);
    expect(fired).toEqual([]);
    runUntil(1_002 + days40);
    expect(fired).toHaveLength(1);
    expect(Math.max(...state.delays)).toBeLessThan(2 ** 31);
  });

  it('a negative delay is a bug', () => {
    expect(() => platform().clock.after(-1, () => undefined)).toThrow('0 ms or more');
  });
});
