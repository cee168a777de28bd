import { describe, expect, it } from 'vitest';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';
import { pushing, states } from './pushing.ts';

/** A device whose update was acknowledged by a server that was then put back to a backup. */
function restored(): CoreDevice {
  const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
  device.update('latest', 'a', { value: 'mine' });
  device.request('push');
  device.answerPush(results(device.pushed, 'applied', { version: 4 }));
  device.request('pull');
  device.refuse(410, 'epoch_changed');
  return device;
}

describe('a full resync after the server was restored', () => {
  it('offers what the server lost again, though a person asked for a repair meanwhile (law 2)', () => {
    const device = restored();
    device.lose();
    device.decide({ kind: 'repair' });
    expect(device.meta('server').resync?.reason).toBe('epoch_changed');
    device.afterBackoff();
    device.answerPull({ epoch: 'epoch-2', changes: [row('latest/a', 2, { value: 'x' })] });
    device.request('push', 'later');
    expect(device.pushed).toMatchObject([{ entityId: 'a', data: { value: 'mine' }, baseVersion: 2 }]);
  });

  it('offers nothing again that the server knows', () => {
    const device = restored();
    const asked = device.pulled.unsettled ?? [];
    expect(asked).toHaveLength(1);
    const settled = results([{ id: asked[0] as string }], 'duplicate', { first: 'applied', version: 2 });
    device.answerPull({ epoch: 'epoch-2', settled, changes: [row('latest/a', 2, { value: 'mine' })] });
    device.request('push', 'later');
    expect(device.calls).toEqual([]);
    expect(device.queue).toEqual([]);
  });

  it('asks again about an applied change whose row had not come yet, and repeats it when the server lost it', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    device.update('latest', 'a', { value: 'mine' });
    device.request('push');
    const [sent] = device.pushed;
    device.lose();
    device.restart().request('pull');
    const settled = results([sent as { id: string }], 'duplicate', { first: 'applied', version: 50 });
    device.answerPull({ settled, hasMore: true });
    expect(device.why(sent?.id as string)).toBe('row_awaited');
    device.refuse(410, 'epoch_changed');
    expect(device.pulled.unsettled).toEqual([sent?.id]);
    device.answerPull({ epoch: 'epoch-2', changes: [row('latest/a', 2, { value: 'x' })] });
    device.request('push', 'later');
    expect(device.pushed).toEqual([{ ...sent, baseVersion: 0 }]);
    const clash = results(device.pushed, 'conflict', { row: row('latest/a', 2, { value: 'x' }) });
    device.answerPush(clash, { epoch: 'epoch-2' });
    expect(device.record('latest', 'a')?.base?.version).toBe(2);
  });

  it('asks about what was acknowledged, however many changes are without a verdict (law 11)', () => {
    const device = new CoreDevice({ limits: { unsettledAsked: 2 } })
      .begin()
      .withRows(row('latest/a', 3, { value: 'x' }));
    device.update('latest', 'a', { value: 'mine' });
    device.request('push');
    device.answerPush(results(device.pushed, 'applied', { version: 4 }));
    for (let at = 0; at < 5; at += 1) device.create('latest', `r${at}`, { value: 'v' });
    device.request('push', 'more');
    device.refuse(410, 'epoch_changed');
    let pulls = 0;
    for (; device.calls[0]?.name === 'pull' && pulls < 20; pulls += 1)
      device.answerPull({ epoch: 'epoch-2', changes: [row('latest/a', 2, { value: 'x' })] });
    expect(pulls).toBeLessThan(20);
    expect(device.pushed.map(({ entityId }) => entityId)).toContain('a');
  });

  it('drops the own part of a catalogue row that only the old server had, and lists it', () => {
    const quote = row('catalogued/q', 5, { title: 't' }, { part: 'catalogue' });
    const device = new CoreDevice().begin().withRows(quote, row('catalogued/q', 3, { value: 'liked' }));
    expect(device.shown('catalogued', 'q')).toEqual({ title: 't', value: 'liked' });
    device.request('pull');
    device.refuse(410, 'epoch_changed');
    device.answerPull({ epoch: 'epoch-2', changes: [quote] });
    expect(device.shown('catalogued', 'q')).toEqual({ title: 't' });
    expect(device.aside).toMatchObject([{ entityId: 'q', part: 'user', reason: 'restored-server' }]);
  });

  it('repeats an item without a verdict against version 0, so that it clashes with any row', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    device.update('latest', 'a', { value: 'mine' });
    device.request('push');
    const [sent] = device.pushed;
    device.refuse(410, 'epoch_changed');
    device.answerPull({ epoch: 'epoch-2', changes: [row('latest/a', 2, { value: 'x' })] });
    expect(device.pushed).toEqual([{ ...sent, baseVersion: 0 }]);
  });
});

describe('a repair', () => {
  it('ends the wait for the row of an applied delete that the server purged meanwhile (law 11)', () => {
    const device = new CoreDevice().begin();
    device.create('latest', 'a', { value: 'x' });
    device.request('push');
    device.decide({ kind: 'repair' });
    device.answerPush(results(device.pushed, 'applied', { version: 1 }));
    device.delete('latest', 'a');
    device.request('push', 'later');
    const [sent] = device.pushed;
    device.lose();
    device.restart().request('pull');
    device.answerPull({ settled: results([sent as { id: string }], 'duplicate', { first: 'applied', version: 5 }) });
    expect(device.queue).toEqual([]);
    expect(device.shown('latest', 'a')).toBeNull();
    expect(device.storage.read((rows) => rows.get('journal', [sent?.id as string]))).toMatchObject({ version: 5 });
  });
});

describe('a device that the server forgot', () => {
  it('compares what it ever sent with the row, and parks what is not there', () => {
    const device = pushing(2);
    device.refuse(410, 'device_unknown');
    expect(device.meta('device')).toMatchObject({ registered: false, forked: false });
    device.decide({ kind: 'repair' });
    const changes = [row('latest/r0', 3, { value: 'v0' })];
    if (device.calls.length === 0) device.request('pull', 'more');
    device.answerPull({ changes });
    if (device.calls[0]?.name === 'pull') device.answerPull({ changes });
    expect(states(device)).toEqual({ r1: 'parked' });
    expect(device.queue[0]?.error?.problem.code).toBe('outcome_unknown');
  });
});

describe('two batches on the wire when the device turns out to be a copy', () => {
  it('lead to one new name: the answer to the other batch says nothing about it', () => {
    const device = new CoreDevice({ limits: { batchCount: 2 } }).begin();
    for (let at = 0; at < 4; at += 1) device.create('latest', `r${at}`, { value: 'v' });
    device.request('push');
    const other = device.calls[1];
    device.refuse(409, 'device_forked');
    const { deviceId } = device.meta('device');
    device.end({ kind: 'problem', status: 409, problem: { code: 'device_forked' }, retryAfterMs: null }, other);
    expect(device.meta('device')).toMatchObject({ deviceId, registered: false });
    expect(device.effects).toContainEqual({ kind: 'abort', callId: other?.id });
    for (const call of device.calls) expect(call.deviceId).toBe(deviceId);
    expect(device.calls.flatMap(({ body }) => (body as { changes: unknown[] }).changes)).toHaveLength(4);
  });
});
