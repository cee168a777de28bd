import { describe, expect, it } from 'vitest';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

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
