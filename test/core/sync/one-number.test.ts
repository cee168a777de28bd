import { describe, expect, it } from 'vitest';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

describe('changes of one row that one push gave the same version', () => {
  it('are all shown, though a change without a verdict keeps the row of the answer back', () => {
    const device = new CoreDevice().begin().withRows(row('single/me', 3, { total: 0 }));
    device.add('single', 'me', { total: 1 });
    device.request('push');
    device.refuse(413, 'body_too_large');
    expect(device.queue).toMatchObject([{ state: 'parked' }]);
    device.restart();
    device.add('single', 'me', { total: 8 });
    device.add('single', 'me', { total: 64 });
    device.request('push', 'again');
    expect(device.pushed).toHaveLength(2);
    device.answerPush(results(device.pushed, 'applied', { version: 4, row: row('single/me', 4, { total: 72 }) }));
    expect(device.shown('single', 'me')).toEqual({ total: 73 });
  });

  it('are all shown without a row in the answer, before the pull brings it', () => {
    const device = new CoreDevice().begin().withRows(row('single/me', 3, { value: 'x', total: 1 }));
    device.add('single', 'me', { total: 8 });
    device.add('single', 'me', { total: 64 });
    device.request('push');
    expect(device.pushed).toHaveLength(2);
    device.answerPush(results(device.pushed, 'applied', { version: 4 }));
    expect(device.queue).toEqual([]);
    expect(device.shown('single', 'me')).toEqual({ value: 'x', total: 73 });
  });
});
