import { describe, expect, it } from 'vitest';
import { brandId, type ChangeId } from '../../../src/core/ids.ts';
import { changeId, results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';
import { pushing, states } from './pushing.ts';

describe('undo', () => {
  it('takes an unsent update out of the queue, and records it', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    const id = changeId(device.update('latest', 'a', { value: 'mine' }));
    device.decide({ kind: 'undo', changeId: id });
    expect(device.queue).toEqual([]);
    expect(device.shown('latest', 'a')).toEqual({ value: 'x' });
    expect(device.log).toMatchObject([{ kind: 'undone', changeId: id, kept: { value: 'mine' } }]);
  });

  it('of a create takes what followed and the descendants along, each of them recorded (law 3)', () => {
    const device = new CoreDevice().begin();
    const id = changeId(device.create('keyed', 'k', { key: 'a', value: 'x' }));
    const child = changeId(device.create('child', 'c', { parentId: 'k', value: 'y' }));
    const later = changeId(device.update('keyed', 'k', { value: 'z' }));
    device.decide({ kind: 'undo', changeId: id });
    expect(device.queue).toEqual([]);
    expect(device.shown('child', 'c')).toBeNull();
    expect(device.log.map((entry) => entry.changeId)).toEqual(expect.arrayContaining([id, child, later]));
  });

  it('of a change that took effect is an edit back', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    const id = changeId(device.update('latest', 'a', { value: 'mine' }));
    device.request('push');
    device.answerPush(results(device.pushed, 'applied', { version: 4 }));
    device.decide({ kind: 'undo', changeId: id });
    expect(device.shown('latest', 'a')).toMatchObject({ value: 'x' });
    expect(device.queue).toMatchObject([{ action: 'UPDATE', data: { value: 'x' }, baseVersion: 4 }]);
  });

  it('of a delete that took effect makes the row again', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x' }));
    const id = changeId(device.delete('latest', 'a'));
    device.request('push');
    device.answerPush(results(device.pushed, 'applied', { version: 4 }));
    device.decide({ kind: 'undo', changeId: id });
    expect(device.shown('latest', 'a')).toMatchObject({ value: 'x' });
    expect(device.queue).toMatchObject([{ action: 'CREATE', data: { value: 'x' } }]);
  });

  it('of increments on the wire adds the opposite', () => {
    const device = new CoreDevice().begin().withRows(row('single/me', 3, { value: 'x', total: 4 }));
    const id = changeId(device.add('single', 'me', { total: 3 }));
    device.request('push');
    device.decide({ kind: 'undo', changeId: id });
    expect(device.shown('single', 'me')).toMatchObject({ total: 4 });
    expect(device.queue.map(({ increments }) => increments)).toEqual([{ total: 3 }, { total: -3 }]);
  });

  it('of an unknown change is refused', () => {
    const device = new CoreDevice().begin();
    const out = device.decide({ kind: 'undo', changeId: brandId<ChangeId>('nobody') });
    expect(out).toMatchObject({ ok: false, problem: { code: 'not_found' } });
  });
});

describe('drop', () => {
  it('of a refused change whose verdict is held takes it out at once', () => {
    const device = pushing(1);
    const [only] = device.pushed;
    device.answerPush(results(device.pushed, 'rejected', { problem: { code: 'invalid_change' } }));
    expect(states(device)).toEqual({ r0: 'parked' });
    device.decide({ kind: 'drop', changeId: only?.id as ChangeId });
    expect(device.queue).toEqual([]);
    expect(device.log.at(-1)).toMatchObject({ kind: 'dropped', changeId: only?.id, kept: { value: 'v0' } });
  });

  it('of a change without a verdict withdraws it first; it leaves when the server says so', () => {
    const device = pushing(1);
    const [only] = device.pushed;
    device.lose();
    device.decide({ kind: 'drop', changeId: only?.id as ChangeId });
    expect(device.queue).toHaveLength(1);
    device.afterBackoff();
    expect(device.resolved).toMatchObject([{ changeId: only?.id, outcome: 'withdraw', data: null }]);
    device.answerPush(results(device.resolved, 'rejected', { problem: { code: 'withdrawn' } }));
    expect(device.queue).toEqual([]);
    expect(device.shown('latest', 'r0')).toBeNull();
  });

  it('of a change that turns out to have taken effect leaves the effect', () => {
    const device = pushing(1);
    const [only] = device.pushed;
    device.lose();
    device.decide({ kind: 'drop', changeId: only?.id as ChangeId });
    device.afterBackoff();
    device.answerPush(results(device.resolved, 'duplicate', { first: 'applied', version: 3 }));
    expect(device.queue).toEqual([]);
    expect(device.shown('latest', 'r0')).toMatchObject({ value: 'v0' });
  });

  it.each([
    ['applied', 'v0', ['journal']],
    ['rejected', undefined, ['dropped']],
    ['conflict', undefined, ['dropped']],
  ] as const)('of a change whose verdict a pull brings before the withdrawal was sent: %s', (status, value, traces) => {
    const device = pushing(1);
    const [only] = device.pushed;
    device.lose();
    device.decide({ kind: 'drop', changeId: only?.id as ChangeId });
    device.restart().request('pull');
    const settled = results([only as { id: string }], 'duplicate', { first: status, version: 3 });
    device.answerPull({ settled, changes: status === 'applied' ? [row('latest/r0', 3, { value: 'v0' })] : [] });
    expect(device.queue).toEqual([]);
    expect(device.shown('latest', 'r0')?.value).toBe(value);
    const journaled = device.storage.read((rows) => rows.scan('journal')).map(() => 'journal');
    expect([...journaled, ...device.log.map(({ kind }) => kind)]).toEqual(expect.arrayContaining([...traces]));
  });

  it('is refused while a decision about the change is with the server: it was handed over (law 5)', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x', other: 'y' }));
    const id = changeId(device.update('latest', 'a', { value: 'mine' }));
    device.request('push');
    device.answerPush(results(device.pushed, 'conflict', { row: row('latest/a', 5, { value: 'x', other: 'z' }) }));
    while (device.calls[0]?.name === 'pull') device.answerPull();
    const [decision] = device.resolved;
    device.lose();
    expect(device.decide({ kind: 'drop', changeId: id })).toMatchObject({
      ok: false,
      problem: { code: 'in_progress' },
    });
    expect(device.item(id)?.resolution?.body).toEqual(decision);
  });

  it('of a create takes its later edits along, recorded', () => {
    const device = new CoreDevice().begin();
    const id = changeId(device.create('single', 'me', { value: 'x' }));
    const added = changeId(device.add('single', 'me', { total: 2 }));
    device.request('push');
    device.answerPush(results(device.pushed, 'rejected', { problem: { code: 'invalid_change' } }));
    device.decide({ kind: 'drop', changeId: id });
    expect(device.queue).toEqual([]);
    expect(device.log.find((entry) => entry.changeId === added)).toMatchObject({ kept: { total: 2 }, by: id });
  });
});

describe('retry', () => {
  it('sends a refused change under a new id, one without a verdict under its own', () => {
    const device = pushing(2);
    const [first, second] = device.pushed;
    device.answerPush([
      { id: first?.id as string, status: 'rejected', problem: { code: 'invalid_change' } },
      { id: second?.id as string, status: 'retry' },
    ]);
    device.decide({ kind: 'retry', changeId: first?.id as ChangeId });
    expect(device.item(first?.id as string)).toBeUndefined();
    expect(device.log.at(-1)).toMatchObject({ kind: 'replaced', changeId: first?.id });
    const again = device.decide({ kind: 'retry', changeId: second?.id as ChangeId });
    expect(again).toMatchObject({ ok: false, problem: { code: 'invalid_change' } });
  });
});
