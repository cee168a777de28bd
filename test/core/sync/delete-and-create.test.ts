import { describe, expect, it } from 'vitest';
import { makeRegistry } from '../../../src/core/model/registry.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

/** Applies whatever is sent, in order. */
function applyAll(device: CoreDevice): readonly string[] {
  const sent: string[] = [];
  for (let version = 10; version < 30; version += 1) {
    if (device.calls.length === 0) device.request('push', `round ${version}`);
    const [call] = device.calls;
    if (call === undefined) break;
    sent.push(...device.oldestChanges.map(({ action }) => action));
    device.answerPush(results(device.oldestChanges, 'applied', { version }));
  }
  return sent;
}

describe('a row that is deleted, made anew and deleted again', () => {
  it('stays deleted when its first create is on the wire (law 10)', () => {
    const device = new CoreDevice().begin();
    device.create('latest', 'a', { value: 'x' });
    device.request('push');
    device.delete('latest', 'a');
    device.create('latest', 'a', { value: 'y' });
    device.delete('latest', 'a');
    expect(device.shown('latest', 'a')).toBeNull();
    expect(applyAll(device)).toEqual(['CREATE', 'DELETE']);
    expect(device.shown('latest', 'a')).toBeNull();
  });

  it('stays deleted when increments keep its first create apart', () => {
    const device = new CoreDevice().begin();
    device.create('single', 'me', { value: 'x' });
    device.add('single', 'me', { total: 1 });
    device.delete('single', 'me');
    device.create('single', 'me', { value: 'y' });
    device.delete('single', 'me');
    expect(applyAll(device).at(-1)).toBe('DELETE');
    expect(device.shown('single', 'me')).toBeNull();
  });
});

describe('a live row that is deleted and made anew', () => {
  it('travels as an update of all fields: none of the old values comes back', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x', other: 'old' }));
    device.delete('latest', 'a');
    device.create('latest', 'a', { value: 'y' });
    expect(device.shown('latest', 'a')?.other ?? null).toBeNull();
    device.request('push');
    expect(device.pushed).toMatchObject([{ action: 'UPDATE', baseVersion: 3, data: { value: 'y', other: null } }]);
    expect(Object.keys(device.pushed[0]?.stamps ?? {}).sort()).toEqual(['other', 'value']);
  });

  it('starts its sums anew: the delete goes first, which alone can set them back', () => {
    const device = new CoreDevice().begin().withRows(row('single/me', 3, { value: 'x', total: 4 }));
    device.delete('single', 'me');
    device.create('single', 'me', { value: 'y' });
    expect(device.shown('single', 'me')).toMatchObject({ value: 'y', total: 0 });
    expect(applyAll(device)).toEqual(['DELETE', 'CREATE']);
    expect(device.shown('single', 'me')).toMatchObject({ value: 'y', total: 0 });
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

describe('a row that is made anew while its delete is on the wire', () => {
  const refuse = (device: CoreDevice) =>
    device.answerPush(results(device.oldestChanges, 'rejected', { problem: { code: 'invalid_change' } }));

  it('goes on as one change that replaces the row, when the delete is refused', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'old', other: 'old' }));
    device.delete('latest', 'a');
    device.request('push');
    device.create('latest', 'a', { value: 'new' });
    refuse(device);
    expect(device.shown('latest', 'a')).toMatchObject({ value: 'new', other: null });
    device.request('push', 'again');
    expect(device.oldestChanges).toMatchObject([
      { action: 'UPDATE', baseVersion: 3, data: { value: 'new', other: null } },
    ]);
    device.answerPush(results(device.oldestChanges, 'applied', { version: 4 }));
    expect(device.queue).toEqual([]);
    expect(device.shown('latest', 'a')).toMatchObject({ value: 'new', other: null });
  });

  it('takes its later edits along', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'old', other: 'old' }));
    device.delete('latest', 'a');
    device.request('push');
    device.create('latest', 'a', { value: 'new' });
    device.update('latest', 'a', { other: 'later' });
    refuse(device);
    expect(device.queue).toMatchObject([{ action: 'UPDATE', data: { value: 'new', other: 'later' } }]);
  });

  it('waits where the row adds up: only the delete sets its sums back', () => {
    const device = new CoreDevice().begin().withRows(row('single/me', 3, { value: 'old', total: 4 }));
    device.delete('single', 'me');
    device.request('push');
    device.create('single', 'me', { value: 'new' });
    refuse(device);
    expect(device.queue).toMatchObject([
      { action: 'DELETE', state: 'parked' },
      { action: 'CREATE', state: 'waiting' },
    ]);
  });
});

describe('a row that is made anew after its delete was handed over', () => {
  it('stays when the pull brings the tombstone of that very delete (law 10)', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'old' }));
    device.delete('latest', 'a');
    device.request('all');
    device.answerPull();
    device.create('latest', 'a', { value: 'new' });
    device.answerPush(results(device.pushed, 'applied', { version: 4 }));
    device.answerPull({ changes: [row('latest/a', 4, null)] });
    expect(device.shown('latest', 'a')).toEqual({ value: 'new' });
    expect(device.pushed).toMatchObject([{ action: 'CREATE', baseVersion: 4, data: { value: 'new' } }]);
  });
});

describe('a row that a person is asked about', () => {
  const registry = makeRegistry({
    schemaVersion: 1,
    types: [...policyRegistry.types.values()].map((type) =>
      type.name === 'ask' ? { ...type, onDelete: 'edit-wins' as const } : type,
    ),
    rules: policyRegistry.rules,
  });

  /** Asked whether `value` is `mine` or `theirs`. */
  function asked(): CoreDevice {
    const device = new CoreDevice({ registry }).begin().withRows(row('ask/a', 3, { value: 'old' }));
    device.update('ask', 'a', { value: 'mine' });
    device.withRows(row('ask/a', 4, { value: 'theirs' }));
    expect(device.shown('ask', 'a')).toEqual({ value: 'mine' });
    return device;
  }

  it('stays deleted when it was deleted here, whatever the question was', () => {
    const device = asked();
    device.delete('ask', 'a');
    expect(device.status.conflicts).toBe(0);
    device.request('push');
    expect(device.resolved).toMatchObject([{ outcome: 'server', lost: { value: 'mine' } }]);
    device.answerPush(results(device.resolved, 'applied', { version: 4 }));
    expect(device.pushed).toMatchObject([{ action: 'DELETE', baseVersion: 4 }]);
    device.answerPush(results(device.pushed, 'applied', { version: 5 }));
    device.calls = [];
    device.restart().withRows(row('ask/a', 5, null));
    expect(device.shown('ask', 'a')).toBeNull();
    expect(device.queue).toEqual([]);
  });

  it('holds what was entered when it is deleted and made anew', () => {
    const device = asked();
    device.delete('ask', 'a');
    device.request('push');
    device.create('ask', 'a', { value: 'new' });
    expect(device.shown('ask', 'a')).toMatchObject({ value: 'new' });
    expect(device.status.conflicts).toBe(0);
  });
});

describe('a change that clashed with a row which is gone from the server', () => {
  it('is sent again for the tombstone, and loses: a pull that tells of the clash has no row to merge it with', () => {
    const device = new CoreDevice().begin().withRows(row('latest/a', 3, { value: 'x', other: 'y' }));
    device.update('latest', 'a', { value: 'mine' });
    device.request('push');
    const [sent] = device.pushed;
    device.lose();
    device.request('all');
    device.afterBackoff();
    device.refuse(410, 'cursor_expired');
    const settled = [{ id: sent?.id ?? '', status: 'conflict', problem: { code: 'row_deleted' } }];
    device.answerPull({ settled });
    expect(device.pushed.map(({ id }) => id)).toEqual([sent?.id]);
    const gone = row('latest/a', 9, null, { deleted: true });
    device.answerPush([{ id: sent?.id ?? '', status: 'duplicate', first: 'conflict', row: gone }]);
    while (device.calls[0]?.name === 'pull') device.answerPull();
    expect(device.resolved).toMatchObject([{ outcome: 'server', lost: { value: 'mine' }, againstVersion: 9 }]);
  });
});
