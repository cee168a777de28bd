import { describe, expect, it } from 'vitest';
import { changeId, results } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

describe('what a device keeps for a time only', () => {
  it('acknowledged changes leave the journal after their time, also on a device that syncs when asked', () => {
    const device = new CoreDevice().begin();
    device.create('latest', 'a', { value: 'x' });
    device.request('push');
    device.answerPush(results(device.pushed, 'applied', { version: 3 }));
    const kept = () => device.storage.read((rows) => rows.count('journal'));
    device.pass(device.limits.journalMs - 60_000).request('push', 'before');
    expect(kept()).toBe(1);
    device.pass(120_000).request('push', 'after');
    expect(kept()).toBe(0);
  });

  it('what it remembers of an item goes with the item', () => {
    const device = new CoreDevice().begin();
    const id = changeId(device.create('latest', 'a', { value: 'x' }));
    device.request('push');
    device.answerPush(results(device.pushed, 'retry'));
    device.decide({ kind: 'drop', changeId: id });
    device.pass(60_000).request('push', 'later');
    device.answerPush(results(device.resolved, 'rejected', { problem: { code: 'withdrawn' } }));
    expect(device.queue).toEqual([]);
    device.request('push', 'last');
    expect(device.state.holds).toEqual({});
  });

  it('the log keeps its newest entries', () => {
    const device = new CoreDevice({ limits: { logEntries: 10 } }).begin();
    device.create('latest', 'a', { value: 'first' });
    for (let at = 0; at < 30; at += 1) device.update('latest', 'a', { value: `v${at}` });
    device.request('push');
    expect(device.log.map(({ n }) => n)).toEqual(Array.from({ length: 10 }, (_, at) => 21 + at));
  });
});

describe('a process that loses the lease', () => {
  it('tells those who wait for a sync', () => {
    const device = new CoreDevice({ exclusive: false }).begin();
    device.request('pull', 'mine');
    new CoreDevice({ storage: device.storage, holder: 'other', seed: 'o' }).begin();
    device.answerPull();
    const replies = device.effects.filter((effect) => effect.kind === 'reply');
    expect(replies).toMatchObject([{ requestId: 'mine', outcome: { ok: false } }]);
  });
});

describe('a group', () => {
  it('that would not fit into one request is refused at the local write, and leaves nothing', () => {
    const device = new CoreDevice({ limits: { batchBytes: 1_000 } }).begin();
    const out = device.edit(
      { action: 'create', entityType: 'latest', entityId: 'a', data: { value: 'a'.repeat(800) } },
      { action: 'create', entityType: 'latest', entityId: 'b', data: { value: 'b'.repeat(800) } },
    );
    expect(out).toMatchObject({ ok: false, problem: { code: 'too_large' } });
    expect(device.queue).toEqual([]);
    expect(device.shown('latest', 'a')).toBeNull();
  });
});
