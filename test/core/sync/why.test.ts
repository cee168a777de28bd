import { describe, expect, it } from 'vitest';
import { changeId, results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';
import { pushing } from './pushing.ts';

/** A device with one unsent change, and its id. */
function edited(setup: ConstructorParameters<typeof CoreDevice>[0] = {}) {
  const device = new CoreDevice(setup).begin();
  return { device, id: changeId(device.create('latest', 'a', { value: 'x' })) };
}

describe('why an item has not left the queue (law 14)', () => {
  it.each<readonly [string, (device: CoreDevice) => void]>([
    ['due', () => undefined],
    ['in_flight', (device) => void device.request('push')],
    ['switched_offline', (device) => void device.on({ kind: 'switch', offline: true })],
    ['offline', (device) => void device.on({ kind: 'online', online: false })],
    [
      'needs_auth',
      (device) => {
        device.request('push');
        device.end({ kind: 'unauthenticated', detail: 'expired' });
      },
    ],
    [
      'update_required',
      (device) => {
        device.request('push');
        device.refuse(426, 'update_required');
      },
    ],
    [
      'backing_off',
      (device) => {
        device.request('push');
        device.lose();
      },
    ],
    [
      'held',
      (device) => {
        device.request('push');
        device.answerPush(results(device.pushed, 'retry'));
      },
    ],
    [
      'parked',
      (device) => {
        device.request('push');
        device.answerPush(results(device.pushed, 'rejected', { problem: { code: 'invalid_change' } }));
      },
    ],
    [
      'row_awaited',
      (device) => {
        device.request('push');
        const [change] = device.pushed;
        device.lose();
        device.restart().request('pull');
        const settled = results([change as { id: string }], 'duplicate', { first: 'applied', version: 9 });
        device.answerPull({ settled, hasMore: true });
      },
    ],
  ])('%s', (code, story) => {
    const { device, id } = edited();
    story(device);
    expect(device.why(id)).toBe(code);
  });

  it('names the refused parent of a child that the server put off', () => {
    const device = new CoreDevice().begin();
    const parent = changeId(device.create('keyed', 'k', { key: 'a', value: 'x' }));
    const child = changeId(device.create('child', 'c', { parentId: 'k', value: 'y' }));
    device.request('push');
    device.answerPush([
      { id: parent, status: 'rejected', problem: { code: 'too_large' } },
      { id: child, status: 'retry', problem: { code: 'dependency_failed' } },
    ]);
    expect(device.item(child)).toMatchObject({ state: 'unsettled' });
    device.pass(60_000);
    expect(device.why(child)).toBe('waits_for');
    expect(device.reason(child)).toContain('too_large');
    expect(device.decide({ kind: 'drop', changeId: child })).toMatchObject({ ok: true });
    device.calls = [];
    device.restart().request('push');
    expect(device.resolved).toMatchObject([{ changeId: child, outcome: 'withdraw' }]);
  });

  it('names the change that refers to a row which is deleted after it', () => {
    const device = new CoreDevice({ limits: { batchCount: 1 } }).begin();
    device.withRows(row('keyed/k', 3, { key: 'a', value: 'x' }));
    device.create('child', 'c', { parentId: 'k', value: 'y' });
    const id = changeId(device.delete('keyed', 'k'));
    device.request('push');
    expect(device.why(id)).toBe('waits_for');
    expect(device.reason(id)).toContain('child/c');
  });

  it('says that a person must choose', () => {
    const device = new CoreDevice().begin().withRows(row('ask/a', 3, { value: 'x' }));
    const id = changeId(device.update('ask', 'a', { value: 'mine' }));
    device.withRows(row('ask/a', 5, { value: 'theirs' }));
    expect(device.why(id)).toBe('conflict_open');
  });

  it('says that another process has the lease', () => {
    const { device, id } = edited({ exclusive: false });
    const other = new CoreDevice({ exclusive: false, storage: device.storage, holder: 'other', seed: 'o' }).begin();
    expect(other.why(id)).toBe('lease_held');
  });

  it('finds the head of a long line without naming all that stand in it', () => {
    const device = new CoreDevice().begin().withRows(row('single/me', 3, { value: 'x', total: 0 }));
    let last = '';
    for (let at = 0; at < 100; at += 1) {
      device.add('single', 'me', { total: 1 });
      last = changeId(device.update('single', 'me', { value: `v${at}` }));
    }
    device.on({ kind: 'switch', offline: true });
    expect(device.why(last)).toBe('waits_for');
    expect(device.reason(last).length).toBeLessThan(500);
  });

  it('is silent about an id that is not in the queue', () => {
    expect(new CoreDevice().begin().why('nobody')).toBeUndefined();
  });
});

describe('an item that an HTTP answer parked', () => {
  it('is asked for by pull: it may have taken effect before', () => {
    const device = pushing(1);
    const [only] = device.pushed;
    device.refuse(422, 'invalid_change', { problem: { changeId: only?.id as string } });
    device.afterBackoff();
    device.request('pull', 'news');
    expect(device.pulled.unsettled).toEqual([only?.id]);
    const settled = results([only as { id: string }], 'duplicate', { first: 'applied', version: 3 });
    device.answerPull({ settled, changes: [row('latest/r0', 3, { value: 'v0' })] });
    expect(device.queue).toEqual([]);
  });

  it('stays parked when the server holds no verdict on it', () => {
    const device = pushing(1);
    const [only] = device.pushed;
    device.refuse(422, 'invalid_change', { problem: { changeId: only?.id as string } });
    device.afterBackoff();
    device.withRows();
    expect(device.queue).toMatchObject([{ id: only?.id, state: 'parked', verdict: null }]);
  });
});
