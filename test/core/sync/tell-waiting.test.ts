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

  it('is not told where nothing waits', () => {
    const device = new CoreDevice().begin();
    device.create('latest', 'a', { value: 'x' });
    device.effects.length = 0;
    device.restart();
    expect(told(device)).toEqual([]);
  });
});
