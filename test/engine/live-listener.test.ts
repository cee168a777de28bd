import { beforeEach, expect, test } from 'vitest';
import { defaultLimits } from '../../src/core/limits.ts';
import { LiveListener } from '../../src/engine/live-listener.ts';
import { present } from '../../src/lib/assert.ts';
import type { LiveEvents } from '../../src/ports/live.ts';
import { Agenda } from '../../src/sim/agenda.ts';

let agenda: Agenda;
let opened: { readonly events: LiveEvents; readonly atMs: number; isClosed: boolean }[];
let news: number[];
let listener: LiveListener;

beforeEach(() => {
  agenda = new Agenda();
  [opened, news] = [[], []];
  listener = new LiveListener({
    limits: defaultLimits,
    seed: 'a seed',
    deviceId: () => 'phone',
    clock: { after: (delayMs, callback) => agenda.after(delayMs, 'phone', callback) },
    onNews: () => news.push(agenda.nowMs),
    line: {
      open: (_deviceId, events) => {
        const one = { events, atMs: agenda.nowMs, isClosed: false };
        opened.push(one);
        return {
          close: () => {
            one.isClosed = true;
          },
        };
      },
    },
  });
});

/** Lets time pass until nothing is due within `ms`. */
function pass(ms: number): void {
  const untilMs = agenda.nowMs + ms;
  for (let next = agenda.nextAtMs(); next !== null && next <= untilMs; next = agenda.nextAtMs()) agenda.step();
  agenda.skip(untilMs - agenda.nowMs);
}

const newest = () => present(opened.at(-1), 'a connection was opened');
const lost = { kind: 'lost', detail: 'gone', retryAfterMs: null } as const;

test('a pull is worth while at the greeting and after each hint, and a heartbeat is no news', () => {
  listener.want(true);
  newest().events.hello(30_000);
  newest().events.beat();
  newest().events.changed();
  expect([opened.length, news]).toEqual([1, [0, 0]]);
});

test('a missed heartbeat is the end of the connection and a reason to pull; heartbeats keep it', () => {
  listener.want(true);
  newest().events.hello(10_000);
  for (let at = 0; at < 20; at++) {
    pass(14_999);
    newest().events.beat();
  }
  expect([opened.length, news.length]).toEqual([1, 1]);
  const { events } = newest();
  pass(15_000);
  expect([opened[0]?.isClosed, news.length]).toEqual([true, 2]);
  pass(1_000);
  expect(opened.length).toBe(2);
  // What the dead connection still says is not heard.
  events.changed();
  expect(news.length).toBe(2);
});

test('a connection that is lost is tried again later and later, never at once, and at most 30 s apart', () => {
  listener.want(true);
  for (let at = 0; at < 40; at++) {
    newest().events.closed(lost);
    pass(30_000);
  }
  const waits = opened.slice(1).map(({ atMs }, at) => atMs - Number(opened[at]?.atMs));
  expect(opened.length).toBe(41);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(250);
});

test('a server that takes the connection and drops it is not asked in a tight loop', () => {
  listener.want(true);
  for (let at = 0; at < 20; at++) {
    newest().events.hello(30_000);
    newest().events.closed(lost);
    pass(250);
  }
  expect(opened.length).toBeLessThan(8);
});

test('the wait that a server asks for is kept', () => {
  listener.want(true);
  newest().events.closed({ kind: 'refused', detail: 'full', retryAfterMs: 300_000 });
  pass(299_999);
  expect(opened.length).toBe(1);
  pass(1);
  expect(opened.length).toBe(2);
});

test('a server that never greets is given up after the time of a request', () => {
  listener.want(true);
  pass(defaultLimits.requestTimeoutMs);
  expect(opened[0]?.isClosed).toBe(true);
  pass(2_000);
  expect(opened.length).toBe(2);
});

test('nothing is open while none is wanted; wanted again, devices come at different moments', () => {
  listener.want(true);
  listener.want(false);
  expect(opened[0]?.isClosed).toBe(true);
  pass(3_600_000);
  listener.want(true);
  listener.want(true);
  expect(opened.length).toBe(1);
  pass(2_000);
  expect(opened.length).toBe(2);
  listener.want(false);
  pass(3_600_000);
  expect([opened.length, agenda.nextAtMs()]).toEqual([2, null]);
});
