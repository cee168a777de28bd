import { describe, expect, it } from 'vitest';
import { makeRegistry } from '../../../src/core/model/registry.ts';
import { DigestSum } from '../../../src/core/protocol/digest.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';
import { row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';

/** The registry of an app that does not know the type `max` yet. */
const older = makeRegistry({
  schemaVersion: 1,
  rules: policyRegistry.rules,
  types: [...policyRegistry.types.values()].filter(({ name }) => name !== 'max'),
});

const valid = { need: 'n', grade: 2, few: [] };
const invalid = { need: 'n', grade: 99, few: [] };

/** What the digest says of these rows of type `strict`. */
function digestOfRows(...rows: readonly (readonly [string, number, object])[]) {
  const sum = new DigestSum();
  for (const [entityId, version, data] of rows)
    sum.add({ entityType: 'strict', entityId, version, data: data as never });
  return sum.result();
}

describe('a row of the server that breaks the schema', () => {
  it('is kept aside as received, shown to nobody, counted in the digest, and keeps the device from being synced', () => {
    const device = new CoreDevice().begin().withRows(row('strict/a', 3, invalid));
    expect(device.shown('strict', 'a')).toBeNull();
    expect(device.aside).toMatchObject([{ entityId: 'a', reason: 'invalid', row: { data: invalid } }]);
    expect(device.status).toMatchObject({ quarantined: 1, synced: false });
    expect(device.digest('strict')).toEqual(digestOfRows(['a', 3, invalid]));
  });

  it('leaves the older version shown, and counts in the digest in its place', () => {
    const device = new CoreDevice()
      .begin()
      .withRows(row('strict/a', 3, valid))
      .withRows(row('strict/a', 5, invalid));
    expect(device.shown('strict', 'a')).toEqual(valid);
    expect(device.digest('strict')).toEqual(digestOfRows(['a', 5, invalid]));
  });

  it('is taken out by a newer version that can be used', () => {
    const device = new CoreDevice()
      .begin()
      .withRows(row('strict/a', 3, invalid))
      .withRows(row('strict/a', 4, valid));
    expect(device.aside).toEqual([]);
    expect(device.status).toMatchObject({ quarantined: 0, synced: true });
  });

  it('does not outlive a full resync that no longer brings it', () => {
    const device = new CoreDevice().begin().withRows(row('strict/a', 3, invalid));
    device.decide({ kind: 'repair' });
    device.withRows();
    expect(device.aside).toEqual([]);
    expect(device.status.synced).toBe(true);
  });

  it('is kept through a full resync that brings it again, and so is the older version', () => {
    const device = new CoreDevice()
      .begin()
      .withRows(row('strict/a', 3, valid))
      .withRows(row('strict/a', 5, invalid));
    device.decide({ kind: 'repair' });
    device.withRows(row('strict/a', 5, invalid));
    expect(device.aside).toHaveLength(1);
    expect(device.shown('strict', 'a')).toEqual(valid);
  });

  it('is listed when the server was restored and no longer has it', () => {
    const device = new CoreDevice().begin().withRows(row('strict/a', 3, invalid));
    device.request('pull');
    device.refuse(410, 'epoch_changed');
    device.answerPull({ epoch: 'epoch-2' });
    expect(device.aside).toMatchObject([{ entityId: 'a', reason: 'restored-server' }]);
    expect(device.status).toMatchObject({ quarantined: 0, synced: true });
  });
});

describe('a row of an unknown type', () => {
  it('is taken in at the first start after an upgrade, without a word from the server', () => {
    const before = new CoreDevice({ registry: older }).begin().withRows(row('max/m', 3, { value: 7 }));
    expect(before.aside).toMatchObject([{ reason: 'unknown-type' }]);
    before.on({ kind: 'stop' });
    const after = new CoreDevice({ storage: before.storage, seed: 'later' }).begin();
    expect(after.shown('max', 'm')).toEqual({ value: 7 });
    expect(after.aside).toEqual([]);
  });

  it('stays aside when the start brings no upgrade, and is counted once', () => {
    const device = new CoreDevice({ registry: older }).begin().withRows(row('max/m', 3, { value: 7 }));
    device.restart();
    expect(device.aside).toHaveLength(1);
    expect(device.status.counts.quarantined).toBe(1);
  });
});
