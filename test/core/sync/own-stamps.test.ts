import { describe, expect, it } from 'vitest';
import { brandId, type DeviceId, type Stamp } from '../../../src/core/ids.ts';
import { latestFor, latestOf, ownIn } from '../../../src/core/sync/own-stamps.ts';
import { item } from '../queue/sample-item.ts';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

const stamp = (ms: number) => brandId<Stamp>(`${1_700_000_000_000 + ms}-0000-phone`);
const early = item(1, { sent: true, stamps: { value: stamp(1) } });
const late = item(2, { sent: true, stamps: { value: stamp(1), other: stamp(5) } });
const unsent = item(3, { stamps: { value: stamp(9) } });

describe('the newest own stamp of a row', () => {
  it('is the latest among what was sent, field by field', () => {
    expect(latestOf([early, late, unsent], ['value'], null)).toBe(stamp(1));
    expect(latestOf([early, late, unsent], ['other', 'value'], null)).toBe(stamp(5));
    expect(latestOf([early], ['value'], stamp(7))).toBe(stamp(7));
    expect(latestOf([unsent], ['value'], null)).toBeNull();
  });

  it('is for a delete that of any field, and for any field that of a delete', () => {
    expect(latestOf([early, late], ['*'], null)).toBe(stamp(5));
    expect(latestFor({ '*': stamp(3) }, ['value'], stamp(1))).toBe(stamp(3));
  });

  it('is no stamp of another device', () => {
    const theirs = brandId<Stamp>(`${1_700_000_000_009}-0000-tablet`);
    const base = { version: 3, deleted: false, data: {}, updatedAt: 1, folded: false };
    const stamps = { value: stamp(2), other: theirs };
    expect(ownIn({ ...base, stamps }, brandId<DeviceId>('phone'))).toEqual({ value: stamp(2) });
    expect(ownIn(null, brandId<DeviceId>('phone'))).toEqual({});
  });

  it.each([
    ['after the first change was applied', true],
    ['while the first change has no verdict', false],
  ])('is before that of an edit of the same moment, made %s', (_when, settled) => {
    const device = new CoreDevice().begin();
    device.withRows(row('latest/a', 4, { value: 'x' }));
    device.update('latest', 'a', { value: 'y' });
    device.request('push');
    const first = device.oldestChanges[0]?.stamps.value as Stamp;
    if (settled) device.answerPush(results(device.oldestChanges, 'applied', { version: 5 }));
    // An edit takes 10 ms: the second one falls into the moment of the first.
    device.pass(-10).restart();
    device.update('latest', 'a', { value: 'z' });
    device.request('push');
    if (!settled) device.answerPush(results(device.oldestChanges, 'applied', { version: 5 }));
    const second = device.oldestChanges.at(-1)?.stamps.value as Stamp;
    expect(device.oldestChanges.at(-1)?.data).toEqual({ value: 'z' });
    expect(second > first).toBe(true);
  });

  it('is before that of the next edit of the row in the same group', () => {
    const device = new CoreDevice().begin();
    device.withRows(row('single/me', 4, { value: 'x', total: 0 }));
    const edit = { action: 'update', entityType: 'single', entityId: 'me' } as const;
    // Increments between the two keep them apart.
    device.edit({ ...edit, set: { value: 'y' } }, { ...edit, add: { total: 1 } }, { ...edit, set: { value: 'z' } });
    device.request('push');
    const sets = device.oldestChanges.filter(({ increments }) => increments === undefined);
    expect(sets.map(({ data }) => data)).toEqual([{ value: 'y' }, { value: 'z' }]);
    const [first, second] = sets.map(({ stamps }) => stamps.value as Stamp);
    expect((second as Stamp) > (first as Stamp)).toBe(true);
  });
});
