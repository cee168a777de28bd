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
