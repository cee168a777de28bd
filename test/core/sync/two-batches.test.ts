import { describe, expect, it } from 'vitest';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

describe('two batches on the wire', () => {
  it('share no row, though increments wait for no edit', () => {
    const device = new CoreDevice({ limits: { batchCount: 1 } }).begin();
    device.withRows(row('single/me', 3, { value: 'x', total: 0 }), row('latest/a', 4, { value: 'x' }));
    device.update('single', 'me', { value: 'y' });
    device.add('single', 'me', { total: 1 });
    device.update('latest', 'a', { value: 'y' });
    device.request('push');
    const rowsOnWire = device.calls.map(
      ({ body }) => (body as { changes: { entityId: string }[] }).changes[0]?.entityId,
    );
    expect(rowsOnWire).toEqual(['me', 'a']);
    device.answerPush(results(device.oldestChanges, 'applied', { version: 5 }));
    expect(device.queue.map(({ state, increments }) => [state, increments])).toEqual([
      ['inFlight', { total: 1 }],
      ['inFlight', null],
    ]);
  });

  it('share no dependency: a child goes after the create of its parent', () => {
    const device = new CoreDevice({ limits: { batchCount: 1 } }).begin();
    device.create('keyed', 'k', { key: 'a', value: 'x' });
    device.create('child', 'c', { parentId: 'k', value: 'y' });
    device.create('latest', 'a', { value: 'z' });
    device.request('push');
    const rowsOnWire = device.calls.map(
      ({ body }) => (body as { changes: { entityId: string }[] }).changes[0]?.entityId,
    );
    expect(rowsOnWire).toEqual(['k', 'a']);
    device.answerPush(results(device.oldestChanges, 'applied', { version: 5 }));
    expect(device.calls.map(({ body }) => (body as { changes: { entityId: string }[] }).changes[0]?.entityId)).toEqual([
      'a',
      'c',
    ]);
  });

  it('hold no delete of a row beside a change that refers to it: the delete was meant to come after', () => {
    const device = new CoreDevice({ limits: { batchCount: 1 } }).begin();
    device.withRows(row('keyed/k', 3, { key: 'a', value: 'x' }));
    device.create('child', 'c', { parentId: 'k', value: 'y' });
    device.delete('keyed', 'k');
    device.request('push');
    expect(device.pushed).toMatchObject([{ entityId: 'c', action: 'CREATE' }]);
    device.answerPush(results(device.pushed, 'applied', { version: 5 }));
    expect(device.pushed).toMatchObject([{ entityId: 'k', action: 'DELETE' }]);
  });

  it('let a delete go when what refers to the row waits for a person', () => {
    const device = new CoreDevice().begin().withRows(row('keyed/k', 3, { key: 'a', value: 'x' }));
    device.create('child', 'c', { parentId: 'k', value: 'y' });
    device.request('push');
    device.answerPush(results(device.pushed, 'rejected', { problem: { code: 'too_large' } }));
    expect(device.queue).toMatchObject([{ state: 'parked' }]);
    device.delete('keyed', 'k');
    device.request('push');
    expect(device.pushed).toMatchObject([{ entityId: 'k', action: 'DELETE' }]);
  });
});
