import { expect, it } from 'vitest';
import { PhoneClock, type StoryTime } from '../../src/stage/phone-clock.ts';
import { Suspension } from '../../src/stage/suspension.ts';

/** Time whose events run when the test says so. */
function makeTime() {
  const events: (() => void)[] = [];
  const time: StoryTime & { nowMs: number } = {
    nowMs: 0,
    after: (_delayMs, _lane, run) => {
      events.push(run);
      return { cancel: () => undefined };
    },
  };
  return {
    time,
    runAll: () => {
      for (const run of events.splice(0)) run();
    },
  };
}

it('a suspended app hears nothing until it goes on, then everything in order', () => {
  const { time, runAll } = makeTime();
  const suspension = new Suspension(time, 'phone');
  const heard: number[] = [];
  suspension.pass(() => heard.push(1));
  suspension.begin();
  for (const n of [2, 3]) suspension.pass(() => heard.push(n));
  expect([heard, suspension.isOn]).toEqual([[1], true]);
  suspension.end();
  expect(heard).toEqual([1]);
  runAll();
  expect([heard, suspension.isOn]).toEqual([[1, 2, 3], false]);
});

it('an app that is suspended again before it heard all hears the rest later', () => {
  const { time, runAll } = makeTime();
  const suspension = new Suspension(time, 'phone');
  const heard: number[] = [];
  suspension.begin();
  suspension.pass(() => {
    heard.push(1);
    suspension.begin();
  });
  suspension.pass(() => heard.push(2));
  suspension.end();
  runAll();
  expect(heard).toEqual([1]);
  suspension.end();
  runAll();
  expect(heard).toEqual([1, 2]);
});

it('an app that is gone hears nothing of what waited', () => {
  const { time, runAll } = makeTime();
  const suspension = new Suspension(time, 'phone');
  const heard: number[] = [];
  suspension.begin();
  suspension.pass(() => heard.push(1));
  suspension.drop();
  suspension.end();
  runAll();
  expect(heard).toEqual([]);
});

it('the monotonic clock of a sleeping phone stands still, the wall clock goes on', () => {
  const { time } = makeTime();
  const clock = new PhoneClock(time, { name: 'phone', startedWallMs: 1_000, offsetMs: 0 });
  time.nowMs = 100;
  clock.sleep();
  time.nowMs = 400;
  expect(clock.read()).toMatchObject({ wallMs: 1_400, monoMs: 100 });
  clock.wake();
  time.nowMs = 450;
  expect(clock.read()).toMatchObject({ wallMs: 1_450, monoMs: 150 });
});
