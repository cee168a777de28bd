import { describe, expect, it } from 'vitest';
import { makeRegistry, typeNamed } from '../../../src/core/model/registry.ts';
import type { Device } from '../../../src/engine/device.ts';
import { openDevice } from '../../../src/engine/open-device.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';
import { changeId, results, row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

const keyed = typeNamed(policyRegistry, 'keyed');
const path = { ...typeNamed(policyRegistry, 'strict').fields.path };

/** The registry of the tests with a field of `keyed` that never leaves the device. */
const withPath = makeRegistry({
  schemaVersion: 1,
  rules: policyRegistry.rules,
  types: [...policyRegistry.types.values()].map((type) =>
    type === keyed ? { ...type, fields: { ...type.fields, path: path as (typeof type.fields)[string] } } : type,
  ),
});

/** The server knows the key of the create on the wire under another id. */
function taken(device: CoreDevice): void {
  const theirs = row('keyed/theirs', 4, { key: 'a', value: 'y', members: [] });
  device.answerPush(results(device.pushed, 'conflict', { problem: { code: 'key_exists' }, row: theirs }));
}

/** The server's row with this key, with an element that somebody added. */
function rowOfSet(version: number) {
  const stamps = { members: '1800000000000-0000-tablet' };
  return row('keyed/theirs', version, { key: 'a', members: ['theirs'] }, { stamps });
}

/** Answers all calls, everything sent is applied. */
function drain(device: CoreDevice): void {
  for (let version = 10; device.calls.length > 0 && version < 20; version += 1) {
    const [call] = device.calls;
    if (call?.name === 'pull') device.answerPull();
    else if (call?.name === 'push') device.answerPush(results(device.oldestChanges, 'applied', { version }));
    else device.answerPush(results(device.resolved, 'applied', { version }));
  }
}

describe('a create whose natural key the server knows under another id', () => {
  it('becomes an update of that row; reads, writes and references by the old id reach it', () => {
    const device = new CoreDevice().begin();
    device.create('keyed', 'mine', { key: 'a', value: 'x' });
    device.create('child', 'c', { parentId: 'mine', value: 'z' });
    device.request('push');
    const [create] = device.pushed;
    device.answerPush([
      {
        id: create?.id as string,
        status: 'conflict',
        problem: { code: 'key_exists' },
        row: row('keyed/theirs', 4, { key: 'a', value: 'y', members: [] }),
      },
      ...results(device.queue.slice(1), 'retry', { problem: { code: 'dependency_failed' } }),
    ]);
    expect(device.queue.find(({ entityType }) => entityType === 'keyed')?.entityId ?? 'theirs').toBe('theirs');
    expect(device.shown('keyed', 'mine')).toBeNull();
    expect(device.shown('keyed', 'theirs')).toMatchObject({ key: 'a' });
    device.update('keyed', 'mine', { other: 'o' });
    expect(device.shown('keyed', 'theirs')).toMatchObject({ other: 'o' });
    device.create('child', 'd', { parentId: 'mine', value: 'w' });
    expect(device.shown('child', 'd')).toMatchObject({ parentId: 'theirs' });
    expect(device.log.map(({ kind }) => kind)).toContain('adopted');
  });

  it('withdraws a child that is without a verdict first, and sends it again under a new id with the known parent', () => {
    const device = new CoreDevice().begin();
    device.create('keyed', 'mine', { key: 'a', value: 'x' });
    const child = changeId(device.create('child', 'c', { parentId: 'mine', value: 'z' }));
    device.request('push');
    const theirs = row('keyed/theirs', 4, { key: 'a', value: 'y', members: [] });
    const [create] = device.pushed;
    device.answerPush([
      { id: create?.id as string, status: 'conflict', problem: { code: 'key_exists' }, row: theirs },
      { id: child, status: 'retry', problem: { code: 'dependency_failed' } },
    ]);
    const seen: string[] = [];
    for (let version = 10; device.queue.length > 0 && version < 30; version += 1) {
      const [call] = device.calls;
      if (call === undefined) device.pass(60_000).request('all', `round ${version}`);
      else if (call.name === 'pull') device.answerPull();
      else if (call.name === 'push') device.answerPush(results(device.oldestChanges, 'applied', { version }));
      else {
        const { outcome } = device.resolved[0] as { readonly outcome: string };
        seen.push(outcome);
        const status = outcome === 'withdraw' ? 'rejected' : 'applied';
        device.answerPush(results(device.resolved, status, { version, problem: { code: 'withdrawn' } }));
      }
    }
    expect(seen).toContain('withdraw');
    expect(device.item(child)).toBeUndefined();
    expect(device.shown('child', 'c')).toMatchObject({ parentId: 'theirs', value: 'z' });
  });

  it('is found by the old id in the public reads: by itself, and as what a child refers to', () => {
    const device = new CoreDevice().begin();
    device.create('keyed', 'mine', { key: 'a', value: 'x' });
    device.create('child', 'c', { parentId: 'mine', value: 'z' });
    device.request('push');
    const [create, child] = device.pushed;
    const theirs = row('keyed/theirs', 4, { key: 'a', value: 'y', members: [] });
    device.answerPush([
      { id: create?.id as string, status: 'conflict', problem: { code: 'key_exists' }, row: theirs },
      { id: child?.id as string, status: 'rejected', problem: { code: 'invalid_change' } },
    ]);
    const open = openDevice({
      storage: device.storage,
      registry: device.registry,
      automatic: false,
      holder: 'reader',
      random: { seed: () => 'reader' },
      clock: { read: () => device.reading(), after: () => ({ cancel: () => undefined }) },
      connectivity: { isOnline: () => false, listen: () => () => undefined },
      transport: { send: () => ({ abort: () => undefined }), close: () => Promise.resolve() },
    }) as Device;
    expect(open.get('keyed', 'mine')).toMatchObject({ entityId: 'theirs' });
    const children = open.query({ entityType: 'child', where: { parentId: 'mine' } });
    expect(children).toMatchObject([{ entityId: 'c', data: { parentId: 'theirs' } }]);
  });

  it('is nothing when it was deleted here meanwhile, and its children go with it (law 11)', () => {
    const device = new CoreDevice().begin();
    device.create('keyed', 'mine', { key: 'a', value: 'x' });
    const child = changeId(device.create('child', 'c', { parentId: 'mine', value: 'z' }));
    device.request('push');
    const [create] = device.pushed;
    device.delete('keyed', 'mine');
    const theirs = row('keyed/theirs', 4, { key: 'a', value: 'y', members: [] });
    device.answerPush([
      { id: create?.id as string, status: 'conflict', problem: { code: 'key_exists' }, row: theirs },
      { id: child, status: 'retry', problem: { code: 'dependency_failed' } },
    ]);
    while (device.calls[0]?.name === 'pull') device.answerPull();
    device.pass(device.timers.get('holds') ?? 0).timer('holds');
    expect(device.resolved).toMatchObject([{ changeId: child, outcome: 'withdraw' }]);
    device.answerPush(results(device.resolved, 'rejected', { problem: { code: 'withdrawn' } }));
    expect(device.queue).toEqual([]);
    expect(device.shown('child', 'c')).toBeNull();
  });

  it('goes before the edits that were made after it', () => {
    const device = new CoreDevice().begin();
    device.create('latest', 'beside', { value: 'beside' });
    device.create('keyed', 'mine', { key: 'a', value: 'x' });
    device.request('push');
    device.edit(
      { action: 'update', entityType: 'latest', entityId: 'beside', set: { value: 'later' } },
      { action: 'update', entityType: 'keyed', entityId: 'mine', set: { value: 'later' } },
    );
    const beside = device.pushed.find(({ entityType }) => entityType === 'latest')?.id as string;
    const create = device.pushed.find(({ entityType }) => entityType === 'keyed')?.id as string;
    const theirs = row('keyed/theirs', 4, { key: 'a', value: 'y', members: [] });
    device.answerPush([
      { id: beside, status: 'applied', version: 5 },
      { id: create, status: 'conflict', problem: { code: 'key_exists' }, row: theirs },
    ]);
    const chain = device.queue.filter(({ entityType }) => entityType === 'keyed');
    expect(chain.map(({ data }) => data?.value)).toEqual(['x', 'later']);
    expect(device.calls.flatMap(({ body }) => (body as { changes?: readonly unknown[] }).changes ?? [])).toHaveLength(
      1,
    );
    drain(device);
    expect(device.shown('keyed', 'theirs')).toMatchObject({ value: 'later' });
  });

  it('is merged with the edits behind it: a set of a group keeps what the server has', () => {
    const device = new CoreDevice().begin();
    device.create('keyed', 'mine', { key: 'a', members: ['mine'] });
    device.edit(
      { action: 'create', entityType: 'latest', entityId: 'beside', data: { value: 'beside' } },
      { action: 'update', entityType: 'keyed', entityId: 'mine', set: { members: ['mine', 'later'] } },
    );
    device.request('push');
    const theirs = rowOfSet(4);
    device.answerPush(results(device.pushed, 'conflict', { problem: { code: 'key_exists' }, row: theirs }));
    expect(device.shown('keyed', 'theirs')).toMatchObject({ members: ['later', 'mine', 'theirs'] });
    drain(device);
    expect(device.shown('keyed', 'theirs')).toMatchObject({ members: ['later', 'mine', 'theirs'] });
  });

  it('comes behind what is queued for the other row, and keeps what that adds to a set', () => {
    const device = new CoreDevice({ limits: { batchCount: 1, batchesInFlight: 1 } }).begin();
    device.withRows(row('keyed/theirs', 4, { key: 'b', members: ['theirs'] }));
    device.create('keyed', 'mine', { key: 'a', members: ['mine'] });
    device.update('keyed', 'theirs', { members: ['theirs', 'later'] });
    device.request('push');
    const theirs = rowOfSet(5);
    device.answerPush(results(device.pushed, 'conflict', { problem: { code: 'key_exists' }, row: theirs }));
    drain(device);
    expect(device.shown('keyed', 'theirs')).toMatchObject({ members: ['later', 'mine', 'theirs'] });
  });

  it('takes a row made anew here along, and what refers to that waits for the update', () => {
    const device = new CoreDevice().begin();
    device.create('keyed', 'mine', { key: 'a', value: 'x' });
    device.request('push');
    const create = device.pushed;
    device.delete('keyed', 'mine');
    device.create('keyed', 'mine', { key: 'a', value: 'anew' });
    const child = changeId(device.create('child', 'c', { parentId: 'mine', value: 'z' }));
    const theirs = row('keyed/theirs', 4, { key: 'a', value: 'y', members: [] });
    device.answerPush(results(create, 'conflict', { problem: { code: 'key_exists' }, row: theirs }));
    const update = device.queue.find(({ entityType }) => entityType === 'keyed')?.id;
    expect(device.item(child)?.dependsOn).toEqual([update]);
    drain(device);
    expect(device.queue).toEqual([]);
    expect(device.shown('keyed', 'theirs')).toMatchObject({ value: 'anew' });
    expect(device.shown('child', 'c')).toMatchObject({ parentId: 'theirs' });
  });

  it('is sent under a new id when the row with the key is gone for good, and parked when that never ends', () => {
    const device = new CoreDevice().begin();
    const first = changeId(device.create('keyed', 'mine', { key: 'a', value: 'x' }));
    device.request('push');
    const seen = new Set<string>();
    for (let round = 0; device.calls.length > 0 && round < 20; round += 1) {
      if (device.calls[0]?.name === 'pull') device.answerPull();
      else {
        for (const { id } of device.oldestChanges) seen.add(id);
        const again = { first: 'conflict', problem: { code: 'key_exists' } };
        device.answerPush(results(device.oldestChanges, 'duplicate', again));
      }
    }
    expect(seen).toContain(first);
    expect(seen.size).toBe(device.limits.maxRetries + 1);
    expect(device.queue).toMatchObject([{ entityId: 'mine', action: 'CREATE', state: 'parked' }]);
  });

  it('takes the fields that never leave the device along', () => {
    const device = new CoreDevice({ registry: withPath }).begin();
    device.create('keyed', 'mine', { key: 'a', value: 'x', path: '/here' });
    device.request('push');
    taken(device);
    expect(device.shown('keyed', 'theirs')).toMatchObject({ key: 'a', path: '/here' });
  });

  it('gives the old id back to the server when that has a row of its own under it', () => {
    const device = new CoreDevice().begin();
    device.create('keyed', 'mine', { key: 'a', value: 'x' });
    device.request('push');
    taken(device);
    drain(device);
    expect(device.queue).toEqual([]);
    device.withRows(row('keyed/mine', 29, { key: 'b', value: 'other', members: [] }));
    expect(device.shown('keyed', 'mine')).toMatchObject({ key: 'b' });
    device.update('keyed', 'mine', { value: 'edited' });
    expect(device.queue).toMatchObject([{ entityId: 'mine', data: { value: 'edited' } }]);
    expect(device.shown('keyed', 'theirs')).toMatchObject({ key: 'a' });
  });
});
