import { describe, expect, it } from 'vitest';
import { changeId, results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

/** What the life that runs has told about changes, by kind. */
function told(device: CoreDevice) {
  return device.effects.flatMap((effect) =>
    effect.kind === 'notice' && 'changeId' in effect.notice ? [[effect.notice.kind, effect.notice.changeId]] : [],
  );
}

describe('what waits for a person', () => {
  it('is told at the start of a life: the one before may have died in the commit that opened the question', () => {
    const device = new CoreDevice()
      .begin()
      .withRows(row('ask/a', 3, { value: 'x' }), row('latest/b', 3, { value: 'x' }));
    const asked = changeId(device.update('ask', 'a', { value: 'mine' }));
    const refused = changeId(device.update('latest', 'b', { value: 'mine' }));
    device.withRows(row('ask/a', 4, { value: 'theirs' }));
    device.request('push');
    device.answerPush(results(device.pushed, 'rejected', { problem: { code: 'too_large' } }));
    device.effects.length = 0;
    device.restart();
    expect(told(device)).toEqual([
      ['conflict', asked],
      ['parked', refused],
    ]);
  });

  it('is told by a process that waited for the lease of another one', () => {
    const first = new CoreDevice({ exclusive: false }).begin().withRows(row('ask/a', 3, { value: 'x' }));
    const asked = changeId(first.update('ask', 'a', { value: 'mine' }));
    const second = new CoreDevice({ exclusive: false, storage: first.storage, holder: 'other', seed: 'o' }).begin();
    first.withRows(row('ask/a', 4, { value: 'theirs' }));
    expect(told(second)).toEqual([]);
    second.pass(second.limits.leaseDeadMs).timer('lease');
    second.pass(second.limits.leaseDeadMs).timer('lease');
    expect(second.state.leased).toBe(true);
    expect(told(second)).toEqual([['conflict', asked]]);
  });

  it('is not told where nothing waits', () => {
    const device = new CoreDevice().begin();
    device.create('latest', 'a', { value: 'x' });
    device.effects.length = 0;
    device.restart();
    expect(told(device)).toEqual([]);
  });
});
