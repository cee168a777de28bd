import { describe, expect, it } from 'vitest';
import type { ChangeId } from '../../../src/core/ids.ts';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';
import { pushing, rowsOf, states } from './pushing.ts';

/** Answers every call in the same way, as long as the device calls at once. Gives how often. */
function answeredAtOnce(device: CoreDevice, answer: () => void): number {
  let times = 0;
  for (; device.calls.length > 0 && times < 10; times += 1) answer();
  return times;
}

describe('a server that says nothing useful is not asked in a tight loop', () => {
  it('after an answer without any verdict', () => {
    const device = pushing(2);
    device.answerPush([]);
    expect(device.calls).toEqual([]);
    expect(device.status.phase).toBe('backing-off');
    expect(states(device)).toEqual({ r0: 'unsettled', r1: 'unsettled' });
  });

  it('after an answer of verdicts on unknown ids alone', () => {
    const device = pushing(1);
    device.answerPush([{ id: 'nobody', status: 'applied', version: 3 }]);
    expect(device.status.phase).toBe('backing-off');
    expect(states(device)).toEqual({ r0: 'unsettled' });
  });

  it('about an item that is missing among the verdicts; it goes again after a while', () => {
    const device = pushing(2);
    const [first, second] = device.pushed;
    device.answerPush(results([first as { id: string }], 'applied', { version: 3 }));
    expect(device.calls).toEqual([]);
    device.pass(device.timers.get('holds') ?? 0).timer('holds');
    expect(device.pushed).toEqual([second]);
  });

  it('after a duplicate without its first verdict', () => {
    const device = pushing(1);
    device.answerPush(results(device.pushed, 'duplicate'));
    expect(device.calls).toEqual([]);
    expect(states(device)).toEqual({ r0: 'unsettled' });
  });

  it('after a taken key without the row that has it', () => {
    const device = new CoreDevice().begin();
    device.create('keyed', 'k', { key: 'a', value: 'x' });
    device.request('push');
    device.answerPush(results(device.pushed, 'conflict', { problem: { code: 'key_exists' } }));
    expect(device.calls).toEqual([]);
    expect(states(device)).toEqual({ k: 'unsettled' });
    device.pass(device.timers.get('holds') ?? 0).timer('holds');
    expect(rowsOf(device)).toEqual(['k']);
  });

  it('when it refuses a cursor that it was not given', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    device.request('pull');
    expect(answeredAtOnce(device, () => device.refuse(410, 'cursor_expired'))).toBe(2);
  });

  it('when it takes every new name of the device for a copy', () => {
    const device = pushing(1);
    expect(answeredAtOnce(device, () => device.refuse(409, 'device_forked'))).toBe(2);
  });
});

describe('a change that breaks the line each time', () => {
  it('lets the others of its batch through, and is not charged', () => {
    const device = new CoreDevice({ automatic: true }).begin();
    for (let at = 0; at < 4; at += 1) device.create('latest', `r${at}`, { value: 'v' });
    for (let round = 0; round < 30; round += 1) {
      for (let call = device.calls[0]; call !== undefined; call = device.calls[0]) {
        if (call.name === 'pull') device.answerPull();
        else if (device.oldestChanges.some(({ entityId }) => entityId === 'r2')) device.lose('reset');
        else device.answerPush(results(device.oldestChanges, 'applied', { version: 20 + round }));
      }
      if (device.state.backoff !== null) device.afterBackoff();
      else device.timer('poll');
    }
    expect(device.queue).toMatchObject([{ entityId: 'r2', retryCount: 0 }]);
  });

  it('is forgotten as failing once it is answered', () => {
    const device = pushing(1);
    for (let at = 0; at < 5; at += 1) {
      device.lose();
      device.afterBackoff();
      if (device.calls.length === 0) device.request('push', `again ${at}`);
      device.answerPush(results(device.oldestChanges, 'applied', { version: 3 + at }));
      device.create('latest', `n${at}`, { value: 'v' });
      device.request('push', `next ${at}`);
    }
    expect(device.state.batchFailures).toEqual({});
  });
});

describe('a server that says of every id that it was used before', () => {
  it.each([3, 0])(
    'is asked under new ids for so many tries alone, then the change waits for a person (%i)',
    (maxRetries) => {
      const device = new CoreDevice({ limits: { maxRetries } }).begin();
      device.create('latest', 'a', { value: 'x' });
      device.request('push');
      const ids = new Set<string>();
      for (let left = 20; device.calls.length > 0 && left > 0; left -= 1) {
        for (const { id } of device.pushed) ids.add(id);
        device.answerPush(results(device.pushed, 'rejected', { problem: { code: 'id_reused' } }));
      }
      expect(ids.size).toBe(Math.max(1, maxRetries) + 1);
      expect(device.queue).toMatchObject([{ state: 'parked', error: { problem: { code: 'id_reused' } } }]);
      expect(device.decide({ kind: 'retry', changeId: device.queue[0]?.id as ChangeId })).toMatchObject({ ok: true });
      expect(device.queue).toMatchObject([{ state: 'pending', retryCount: 0 }]);
    },
  );
});
