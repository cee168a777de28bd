import { describe, expect, it } from 'vitest';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

function deletedAndMadeAnew(type: string, held: Record<string, string | number>): CoreDevice {
  const device = new CoreDevice().begin().withRows(row(`${type}/a`, 3, held));
  device.delete(type, 'a');
  device.create(type, 'a', { other: 'new' });
  return device;
}

describe('a row deleted and made anew before anything was sent', () => {
  it('travels as one change that empties what the new row leaves out', () => {
    const device = deletedAndMadeAnew('latest', { value: 'old', other: 'old' });
    device.request('push');
    expect(device.pushed).toMatchObject([
      { action: 'UPDATE', baseVersion: 3, data: { value: null, other: 'new' }, stamps: { value: expect.any(String) } },
    ]);
    device.answerPush(results(device.pushed, 'applied', { version: 4 }));
    expect(device.shown('latest', 'a')).toEqual({ value: null, other: 'new' });
  });

  it('stays two changes where a counter must go back: only the delete does that', () => {
    const device = deletedAndMadeAnew('counter', { value: 7 });
    expect(device.queue.map(({ action, state }) => `${action} ${state}`)).toEqual(['DELETE pending', 'CREATE waiting']);
    expect(device.shown('counter', 'a')).toMatchObject({ value: 0, other: 'new' });
  });

  it('takes a refused delete up instead of waiting behind it', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'old', other: 'old' }));
    device.delete('latest', 'a');
    device.request('push');
    device.answerPush(results(device.pushed, 'rejected', { problem: { code: 'invalid_change' } }));
    expect(device.queue).toMatchObject([{ action: 'DELETE', state: 'parked' }]);
    device.create('latest', 'a', { other: 'new' });
    expect(device.queue).toMatchObject([{ action: 'UPDATE', state: 'pending', data: { value: null, other: 'new' } }]);
  });
});
