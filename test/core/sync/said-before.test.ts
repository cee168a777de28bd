import { describe, expect, it } from 'vitest';
import { changeId, results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

/** A device whose change of `ask/a` says `two`, made upon `one` under the same id; and that id. */
function edited() {
  const device = new CoreDevice().begin();
  const id = changeId(device.create('ask', 'a', { value: 'one' }));
  device.update('ask', 'a', { value: 'two' });
  return { device, id };
}

/** The server's row as that change made it with this body. */
function madeBy(id: string, data: { readonly value: string }) {
  return row('ask/a', 4, data, {
    stamps: { value: '1800000000500-0000-phone' },
    origin: { deviceId: 'phone', changeId: id },
  });
}

describe('a change that a copy of the device handed over with an earlier body', () => {
  it('goes on upon that body when its id is found used', () => {
    const { device, id } = edited();
    device.request('push');
    const answer = { problem: { code: 'id_reused' }, row: madeBy(id, { value: 'one' }) };
    device.answerPush(results(device.pushed, 'rejected', answer));
    expect(device.status.conflicts).toBe(0);
    expect(device.pushed).toMatchObject([{ action: 'UPDATE', baseVersion: 4, data: { value: 'two' } }]);
  });

  it('goes on upon that body when a pull brings it before it was sent', () => {
    const { device, id } = edited();
    device.withRows(madeBy(id, { value: 'one' }));
    expect(device.status.conflicts).toBe(0);
    device.request('push');
    expect(device.pushed).toMatchObject([{ action: 'UPDATE', baseVersion: 4, data: { value: 'two' } }]);
  });

  it('is asked about when the copy said what this device never did', () => {
    const { device, id } = edited();
    device.withRows(madeBy(id, { value: 'of the copy' }));
    expect(device.status.conflicts).toBe(1);
    expect(device.shown('ask', 'a')).toEqual({ value: 'two' });
  });
});

describe('a row that an unsent change of this queue made, in a life whose commits were lost', () => {
  it('is what that change was made upon, also when it had to wait for the verdict of the one before', () => {
    const device = new CoreDevice().begin().withRows(row('ask/a', 3, { value: 'four' }));
    device.update('ask', 'a', { value: 'five' });
    device.request('push');
    device.restart();
    device.update('ask', 'a', { value: 'six' });
    const later = device.queue.at(-1)?.id as string;
    device.update('ask', 'a', { value: 'seven' });
    expect(device.queue.at(-1)?.id).toBe(later);
    device.request('pull');
    const made = { ...row('ask/a', 7, { value: 'six' }), origin: { deviceId: 'phone', changeId: later } };
    device.answerPull({ changes: [made] });
    expect(device.record('ask', 'a')?.theirs?.version).toBe(7);
    device.request('push');
    device.answerPush(results(device.pushed, 'duplicate', { first: 'applied', version: 6 }));
    expect(device.conflicts).toEqual([]);
    expect(device.shown('ask', 'a')).toMatchObject({ value: 'seven' });
    expect(device.record('ask', 'a')?.base?.data).toMatchObject({ value: 'six' });
    expect(device.itemOf('ask', 'a').data).toEqual({ value: 'seven' });
  });
});

describe('a change that a copy of the device handed over with a later body', () => {
  /** A device whose change of `ask/a` says `one`, and that id. */
  function made() {
    const device = new CoreDevice().begin();
    const id = changeId(device.create('ask', 'a', { value: 'one' }));
    return { device, id };
  }

  it('is done when its id is found used: what the copy made of it stands', () => {
    const { device, id } = made();
    device.request('push');
    const answer = { problem: { code: 'id_reused' }, row: madeBy(id, { value: 'two' }) };
    device.answerPush(results(device.pushed, 'rejected', answer));
    expect(device.status).toMatchObject({ conflicts: 0, items: { pending: 0 } });
    expect(device.shown('ask', 'a')).toEqual({ value: 'two' });
  });

  it('is done when a pull brings what the copy made of it', () => {
    const { device, id } = made();
    device.withRows(madeBy(id, { value: 'two' }));
    expect(device.status).toMatchObject({ conflicts: 0, items: { pending: 0 } });
    expect(device.shown('ask', 'a')).toEqual({ value: 'two' });
  });

  it('is done when a copy deleted the row that it made', () => {
    const { device, id } = made();
    device.withRows(row('ask/a', 4, null, { origin: { deviceId: 'phone', changeId: id } }));
    expect(device.status).toMatchObject({ conflicts: 0, items: { pending: 0 } });
    expect(device.shown('ask', 'a')).toBeNull();
  });
});
