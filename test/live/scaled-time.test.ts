import { afterEach, expect, it } from 'vitest';
import { ScaledTime } from '../../src/live/scaled-time.ts';

const failures: unknown[] = [];
let real = 0;
let time: ScaledTime;
afterEach(() => time.stop());

/** Time of which the test moves the machine's clock. */
function timeAt(speed: number): ScaledTime {
  real = 0;
  failures.length = 0;
  time = new ScaledTime({ speed, fail: (error) => failures.push(error), real: () => real });
  return time;
}

/** Resolves once Node's timers of 0 ms had their turns. */
async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

it('runs as many times faster than the machine as it is told', () => {
  timeAt(60);
  real = 500;
  expect(time.nowMs).toBe(30_000);
  expect(time.realMs(30_000)).toBe(500);
});

it('a timer never fires early, also when the machine wakes too soon', async () => {
  timeAt(1_000_000);
  const fired: number[] = [];
  time.after(1_000_000, 'a', () => fired.push(time.nowMs));
  await turns(5);
  expect(fired).toEqual([]);
  real = 1;
  await turns(5);
  expect(fired).toEqual([1_000_000]);
});

it('what fell due in a move happens after it, in order, a cancelled one never', async () => {
  timeAt(1);
  const seen: string[] = [];
  time.after(7_200_000, 'a', () => seen.push('second'));
  time.after(3_600_000, 'a', () => seen.push('first'));
  time.after(3_600_001, 'a', () => seen.push('cancelled')).cancel();
  time.after(99_000_000, 'a', () => seen.push('far'));
  time.move(10_000_000);
  expect(seen).toEqual([]);
  await turns(10);
  expect(seen).toEqual(['first', 'second']);
});

it('an event that throws is told, and the next one still happens', async () => {
  timeAt(1);
  const seen: string[] = [];
  time.after(0, 'a', () => {
    throw new Error('broken');
  });
  time.after(0, 'a', () => seen.push('next'));
  await turns(10);
  expect([failures.map(String), seen]).toEqual([['Error: broken'], ['next']]);
});

it('nothing happens any more once it is stopped', async () => {
  timeAt(1);
  const seen: string[] = [];
  time.after(0, 'a', () => seen.push('late'));
  time.stop();
  await turns(5);
  expect(seen).toEqual([]);
});
