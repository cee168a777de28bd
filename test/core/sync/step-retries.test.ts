import { describe, expect, it } from 'vitest';
import { changeId, results } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';
import { pushing, rowsOf, states } from './pushing.ts';

describe('429 and 503', () => {
  it.each([
    [429, 5_000],
    [503, 90_000],
    [503, 0],
  ])('%i with Retry-After %i ms: a floor with jitter above it, and nothing is charged', (status, floorMs) => {
    const device = pushing(1);
    for (let round = 0; round < 6; round += 1) {
      if (device.calls.length === 0) device.request('push');
      device.refuse(status, 'unavailable', { retryAfterMs: floorMs });
      const delayMs = device.timers.get('backoff') ?? 0;
      expect(delayMs).toBeGreaterThan(floorMs);
      expect(delayMs).toBeLessThanOrEqual(floorMs + device.limits.backoffMaxMs);
      device.afterBackoff();
    }
    expect(device.queue).toMatchObject([{ retryCount: 0 }]);
    expect(states(device)).not.toMatchObject({ r0: 'failed' });
  });

  it('without Retry-After it still waits', () => {
    const device = pushing(1);
    device.refuse(503, 'unavailable');
    expect(device.timers.get('backoff')).toBeGreaterThan(0);
  });
});

describe('the timer of a wait that has ended', () => {
  it('cuts a later wait not short, when it goes off all the same', () => {
    const device = pushing(1);
    device.lose();
    const delayMs = device.timers.get('backoff') ?? 0;
    device.pass(delayMs - 100);
    device.timer('backoff');
    expect(device.calls).toEqual([]);
    expect(device.timers.get('backoff')).toBe(100);
    device.afterBackoff();
    expect(device.calls).not.toEqual([]);
  });
});

describe('half of a refused batch that is answered 503', () => {
  it('keeps nothing from being sent afterwards', () => {
    const device = pushing(2);
    device.refuse(400, 'invalid_request');
    device.answerPush(results(device.oldestChanges, 'applied', { version: 2 }));
    device.refuse(503, 'unavailable');
    device.create('latest', 'later', { value: 'x' });
    for (let left = 10; device.queue.length > 0 && left > 0; left -= 1) {
      if (device.state.backoff !== null) device.afterBackoff();
      if (device.calls.length === 0) device.request('push', `again ${left}`);
      device.answerPush(results(device.oldestChanges, 'applied', { version: 20 - left }));
    }
    expect(device.queue).toEqual([]);
  });
});

describe('5xx', () => {
  /** Fails the push and answers pulls, for so many rounds of an automatic device. */
  function failing(device: CoreDevice, rounds: number, isBad: (ids: readonly string[]) => boolean): void {
    for (let round = 0; round < rounds; round += 1) {
      for (let call = device.calls[0]; call !== undefined; call = device.calls[0]) {
        if (call.name === 'pull') {
          device.answerPull();
          continue;
        }
        const changes = device.oldestChanges;
        if (isBad(changes.map(({ entityId }) => entityId))) device.refuse(500, 'internal');
        else device.answerPush(results(changes, 'applied', { version: 20 + round }));
      }
      if (device.state.backoff !== null) device.afterBackoff();
      else device.timer('poll');
    }
  }

  it('leaves all items of the batch unsettled and tries the same ids again', () => {
    const device = pushing(3);
    const ids = device.pushed.map(({ id }) => id);
    device.refuse(500, 'internal');
    expect(states(device)).toEqual({ r0: 'unsettled', r1: 'unsettled', r2: 'unsettled' });
    device.afterBackoff();
    expect(device.pushed.map(({ id }) => id)).toEqual(ids);
  });

  it('does not halve while no other call succeeds', () => {
    const device = pushing(4);
    for (let round = 0; round < 8; round += 1) {
      if (device.calls.length === 0) device.request('push');
      expect(rowsOf(device)).toHaveLength(4);
      device.refuse(502, 'internal');
      device.afterBackoff();
    }
    expect(device.queue.every(({ retryCount }) => retryCount === 0)).toBe(true);
  });

  it('halves after two failures with a success between, charges what fails alone, and gives it up after its tries', () => {
    const device = new CoreDevice({ automatic: true }).begin();
    for (let at = 0; at < 4; at += 1) device.create('latest', `r${at}`, { value: 'v' });
    failing(device, 60, (ids) => ids.includes('r2'));
    expect(states(device)).toEqual({ r2: 'failed' });
    expect(device.queue[0]?.retryCount).toBeGreaterThanOrEqual(device.limits.maxRetries);
  });

  it.each([
    ['a request', (device: CoreDevice) => device.request('push')],
    ['the app in front', (device: CoreDevice) => device.on({ kind: 'foreground' })],
    ['the line back', (device: CoreDevice) => device.on({ kind: 'online', online: true })],
    ['the probe', (device: CoreDevice) => device.timer('probe')],
  ])('a failed item is tried again on %s', (_name, trigger) => {
    const device = new CoreDevice({ automatic: true }).begin();
    device.create('latest', 'r0', { value: 'v' });
    failing(device, 60, (ids) => ids.includes('r0'));
    expect(states(device)).toEqual({ r0: 'failed' });
    trigger(device);
    expect(states(device).r0).toMatch(/unsettled|inFlight/);
    expect(device.queue[0]?.retryCount).toBe(0);
  });

  it('tells the user after the rounds of tries, and that it will go on by itself', () => {
    const device = new CoreDevice({ automatic: true }).begin();
    device.create('latest', 'r0', { value: 'v' });
    for (let round = 0; round <= device.limits.maxRetries; round += 1) {
      while (device.calls.length > 0) device.refuse(500, 'internal');
      if (round < device.limits.maxRetries) device.afterBackoff();
    }
    const told = device.effects.filter((effect) => effect.kind === 'notice' && effect.notice.kind === 'failed');
    expect(told).toMatchObject([{ notice: { willRetry: true } }]);
  });
});

describe('retry verdicts', () => {
  it('hold back that item alone, uncharged, and it goes again under its id', () => {
    const device = pushing(2);
    const [first, second] = device.pushed;
    device.answerPush([
      { id: first?.id as string, status: 'retry', problem: { code: 'dependency_failed' } },
      { id: second?.id as string, status: 'applied', version: 3 },
    ]);
    expect(device.queue).toMatchObject([{ state: 'unsettled', retryCount: 0 }]);
    expect(device.why(first?.id as string)).toBe('held');
    device.pass(device.timers.get('holds') ?? 0).timer('holds');
    if (device.call.name === 'pull') device.answerPull();
    expect(device.pushed).toEqual([first]);
  });

  it('a duplicate counts by its first verdict', () => {
    const device = pushing(1);
    device.answerPush(results(device.pushed, 'duplicate', { first: 'applied', version: 7 }));
    expect(device.queue).toEqual([]);
    expect(device.record('latest', 'r0')?.base?.version).toBe(7);
    expect(changeId(device.update('latest', 'r0', { value: 'w' }))).not.toBe('');
  });
});
