import { describe, expect, it } from 'vitest';
import { results } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

/** A settled row, `value` and counter at 5. */
function settledRow(): CoreDevice {
  const device = new CoreDevice().begin();
  device.create('single', 'me', { value: '5' });
  device.add('single', 'me', { total: 5 });
  while (device.queue.length > 0) {
    device.request('push');
    device.answerPush(results(device.oldestChanges, 'applied', { version: 1 }));
  }
  return device;
}

describe('an edit that sets fields and adds to a counter at once', () => {
  it.each([
    [
      'a row made here',
      () => {
        const device = new CoreDevice().begin();
        device.create('single', 'me', { value: '5' });
        return device;
      },
    ],
    ['a settled row', settledRow],
  ])('shows both at once, on %s, again and again', (_name, made) => {
    const device = made();
    const total = Number(device.shown('single', 'me')?.total);
    for (const n of [1, 2, 3]) {
      const edit = {
        action: 'update',
        entityType: 'single',
        entityId: 'me',
        set: { value: `v${n}` },
        add: { total: 1 },
      } as const;
      expect(device.edit(edit).ok).toBe(true);
      expect(device.shown('single', 'me')).toMatchObject({ value: `v${n}`, total: total + n });
      expect(device.record('single', 'me')?.items).toBe(device.queue.length);
    }
  });
});
