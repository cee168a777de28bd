import { describe, expect, it } from 'vitest';
import { results } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';
import { pushing } from './pushing.ts';

describe('a wait that the server asked for', () => {
  it.each([
    ['the app in front', (device: CoreDevice) => device.on({ kind: 'foreground' })],
    ['the line back', (device: CoreDevice) => device.on({ kind: 'online', online: true })],
    ['signing in', (device: CoreDevice) => device.on({ kind: 'signed-in', userId: null })],
  ])('is not cut short by %s', (_name, trigger) => {
    const device = pushing(1, { automatic: true });
    while (device.calls[0]?.name === 'pull') device.answerPull();
    device.refuse(503, 'unavailable', { retryAfterMs: 60_000 });
    trigger(device.pass(1_000));
    expect(device.calls).toEqual([]);
    expect(device.state.backoff?.untilMonoMs).toBeGreaterThanOrEqual(device.monoMs + 59_000);
    device.afterBackoff();
    expect(device.calls).toHaveLength(1);
  });

  it('is not cut short by another call that fails beside', () => {
    const device = new CoreDevice({ limits: { batchCount: 2 } }).begin();
    for (let at = 0; at < 6; at += 1) device.create('latest', `r${at}`, { value: 'v' });
    device.request('push');
    expect(device.calls).toHaveLength(2);
    device.refuse(429, 'too_many_requests', { retryAfterMs: 60_000 });
    device.pass(200).lose('timeout');
    expect(device.calls).toEqual([]);
    expect(device.state.backoff?.floorMonoMs).toBe(device.monoMs - 200 + 60_000);
    expect(device.timers.get('backoff')).toBeGreaterThanOrEqual(60_000 - 200);
  });

  it('is not cut short by the answer to a call that was on the wire beside', () => {
    const device = new CoreDevice({ limits: { batchCount: 2 } }).begin();
    for (let at = 0; at < 6; at += 1) device.create('latest', `r${at}`, { value: 'v' });
    device.request('push');
    device.refuse(429, 'too_many_requests', { retryAfterMs: 60_000 });
    device.answerPush(results(device.oldestChanges, 'applied', { version: 3 }));
    expect(device.calls).toEqual([]);
    device.afterBackoff();
    expect(device.calls.length).toBeGreaterThan(0);
  });

  it('is not forgotten when the call was given up before the server asked for it', () => {
    const device = new CoreDevice({ limits: { batchCount: 2 } }).begin();
    device.withRows();
    for (let at = 0; at < 6; at += 1) device.create('latest', `r${at}`, { value: 'v' });
    device.request('push');
    const [, second] = device.calls;
    device.refuse(410, 'epoch_changed');
    device.end({ kind: 'problem', status: 503, problem: { code: 'unavailable' }, retryAfterMs: 60_000 }, second);
    device.answerPull();
    expect(device.calls).toEqual([]);
    expect(device.timers.get('backoff')).toBeGreaterThanOrEqual(60_000);
  });

  it('is none when the device itself gave the call up', () => {
    const device = new CoreDevice({ limits: { batchCount: 2 } }).begin();
    device.withRows();
    for (let at = 0; at < 6; at += 1) device.create('latest', `r${at}`, { value: 'v' });
    device.request('push');
    const [, second] = device.calls;
    device.refuse(410, 'epoch_changed');
    device.end({ kind: 'failure', reason: 'aborted', detail: 'as the test says' }, second);
    expect(device.state.backoff).toBeNull();
  });
});

describe('a wait of the device itself', () => {
  it('ends with the line back, but for a moment of jitter', () => {
    const device = pushing(1, { automatic: true });
    while (device.calls[0]?.name === 'pull') device.answerPull();
    for (let round = 0; round < 6; round += 1) {
      device.lose('unreachable');
      if (round < 5) device.afterBackoff();
    }
    device.on({ kind: 'online', online: true });
    expect(device.timers.get('backoff')).toBeLessThanOrEqual(device.limits.onlineJitterMs);
  });
});
