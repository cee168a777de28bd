import { describe, expect, it } from 'vitest';
import { olderPolicyRegistry } from '../../../src/stage/policies.ts';
import { results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

/** A device of the app before, with three changes that wait. */
function older(): CoreDevice {
  const device = new CoreDevice({ registry: olderPolicyRegistry }).begin();
  device.create('strict', 'a', { need: 'n', mark: '4' });
  device.create('strict', 'b', { need: 'n', mark: 'fine' });
  device.create('latest', 'c', { value: 'x' });
  return device;
}

/** The app is replaced by the newer one, which starts on the same store. */
function newer(before: CoreDevice): CoreDevice {
  return new CoreDevice({ storage: before.storage, seed: 'newer' }).begin();
}

const named = (device: CoreDevice) => Object.fromEntries(device.queue.map((item) => [item.entityId, item]));

describe('an upgrade with a queue', () => {
  it('says what was never handed over in the new words: ids, numbers and places stay', () => {
    const before = older();
    const queued = before.queue;
    const device = newer(before);
    expect(device.queue.map(({ id, seq, place }) => ({ id, seq, place }))).toEqual(
      queued.map(({ id, seq, place }) => ({ id, seq, place })),
    );
    expect(named(device)).toMatchObject({
      a: { state: 'pending', data: { need: 'n', grade: 4 } },
      c: { state: 'pending', data: { value: 'x' } },
    });
    expect(named(device).a?.data).not.toHaveProperty('mark');
    device.request('push');
    expect(device.call.schemaVersion).toBe(2);
    expect(device.pushed.map(({ entityId }) => entityId)).toEqual(['a', 'c']);
    expect(Object.keys(device.pushed[0]?.stamps ?? {}).sort()).toEqual(['grade', 'need']);
  });

  it('parks what has no place any more, with the reason, and holds up nothing else', () => {
    const device = newer(older());
    expect(named(device).b).toMatchObject({ state: 'parked', error: { problem: { code: 'invalid_change' } } });
    expect(device.log.filter(({ kind }) => kind === 'parked')).toHaveLength(1);
  });

  it('parks a group as one', () => {
    const before = new CoreDevice({ registry: olderPolicyRegistry }).begin();
    before.edit(
      { action: 'create', entityType: 'latest', entityId: 'c', data: { value: 'x' } },
      { action: 'create', entityType: 'strict', entityId: 'b', data: { need: 'n', mark: 'fine' } },
    );
    expect(newer(before).queue.map(({ state }) => state)).toEqual(['parked', 'parked']);
  });

  it('is made once: a later start, and an app of the version before, leave the queue as it is', () => {
    const device = newer(older());
    const queued = device.queue;
    device.restart();
    expect(device.queue).toEqual(queued);
    expect(device.meta('device').schemaVersion).toBe(2);
    const back = new CoreDevice({ storage: device.storage, registry: olderPolicyRegistry, seed: 'back' }).begin();
    expect(back.queue).toEqual(queued);
  });
});

describe('what was handed over before an upgrade', () => {
  function handedOver(): CoreDevice {
    const before = new CoreDevice({ registry: olderPolicyRegistry }).begin();
    before.create('strict', 'a', { need: 'n', mark: '4' });
    before.request('push');
    const device = newer(before);
    device.create('latest', 'd', { value: 'new' });
    device.request('push');
    return device;
  }

  it('keeps its body and its version, and shares no request with newer changes', () => {
    const device = handedOver();
    const calls = device.calls.map(({ schemaVersion, body }) => ({
      schemaVersion,
      changes: (body as { changes: readonly { entityId: string; data: unknown }[] }).changes,
    }));
    expect(calls).toMatchObject([
      { schemaVersion: 1, changes: [{ entityId: 'a', data: { need: 'n', mark: '4' } }] },
      { schemaVersion: 2, changes: [{ entityId: 'd' }] },
    ]);
    device.answerPush(results(device.oldestChanges, 'applied', { version: 5 }));
    expect(device.queue.map(({ entityId }) => entityId)).toEqual(['d']);
  });

  it.each([400, 413, 426])('goes on in the new words after a withdrawal, when it is refused with %i', (status) => {
    const device = handedOver();
    const [old] = device.oldestChanges;
    device.refuse(status, 'update_required');
    const late = device.calls.find(({ name }) => name === 'push');
    if (late !== undefined) device.end({ kind: 'answer', body: applied(device, late), bytes: 1 }, late);
    expect(device.resolved).toMatchObject([{ changeId: old?.id, outcome: 'withdraw' }]);
    expect(device.call.schemaVersion).toBe(2);
    device.answerPush(results(device.resolved, 'rejected', { problem: { code: 'withdrawn' } }));
    expect(device.call.schemaVersion).toBe(2);
    expect(device.pushed).toMatchObject([{ entityId: 'a', data: { need: 'n', grade: 4 } }]);
    expect(device.pushed[0]?.id).not.toBe(old?.id);
  });
});

function applied(device: CoreDevice, { body }: { readonly body: unknown }) {
  const { changes } = body as { readonly changes: readonly { readonly id: string }[] };
  return { epoch: 'epoch-1', serverTime: device.wallMs, results: results(changes, 'applied', { version: 7 }) };
}

describe('rows that the app before could not use', () => {
  it('are kept, and shown after the upgrade without a word from the server', () => {
    const before = new CoreDevice({ registry: olderPolicyRegistry }).begin();
    before.request('pull');
    before.answerPull({
      changes: [
        row('custom/k', 1, { value: 'kept' }),
        row('strict/s', 2, { need: 'n', grade: 5 }),
        row('latest/l', 3, { value: 'x', other: 'unseen' }),
      ],
    });
    expect(before.shown('strict', 's')).toBeNull();
    expect(before.shown('latest', 'l')).toMatchObject({ value: 'x' });
    const device = newer(before);
    expect(device.shown('custom', 'k')).toMatchObject({ value: 'kept' });
    expect(device.shown('strict', 's')).toMatchObject({ need: 'n', grade: 5 });
    expect(device.shown('latest', 'l')).toMatchObject({ value: 'x', other: 'unseen' });
  });
});
