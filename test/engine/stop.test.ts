import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import { brandId, type DeviceId, type UserId } from '../../src/core/ids.ts';
import { initDevice } from '../../src/engine/init-device.ts';
import { openDevice } from '../../src/engine/open-device.ts';
import { StorageError } from '../../src/ports/storage.ts';
import { policyRegistry } from '../../src/stage/policies.ts';

/** A device that syncs on its own, over a store that may fill up, and its timers that are not cancelled. */
async function startedDevice() {
  const storage = new MemoryStorage({ freeze: true });
  const names = { deviceId: brandId<DeviceId>('phone'), userId: brandId<UserId>('ana') };
  await initDevice(storage, { ...names, registry: policyRegistry, wallMs: 0 });
  let full = false;
  const filling = new Proxy(storage, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'transact') return value.bind(target);
      return (...given: unknown[]) => {
        if (full) throw new StorageError('full', 'There is no room.', 'Make some.');
        return value.apply(target, given);
      };
    },
  });
  const timers = new Set<object>();
  const device = await openDevice({
    storage: filling,
    registry: policyRegistry,
    automatic: true,
    exclusive: true,
    holder: 'test',
    random: { seed: () => 'one' },
    clock: {
      read: () => ({ wallMs: 0, monoMs: 0, boot: 'b' }),
      after: () => {
        const timer = { cancel: () => void timers.delete(timer) };
        timers.add(timer);
        return timer;
      },
    },
    connectivity: { isOnline: () => true, listen: () => () => undefined },
    transport: { send: () => ({ abort: () => undefined }), close: () => Promise.resolve() },
  });
  device.start();
  return { device, timers, fill: () => (full = true) };
}

describe('stopping a device', () => {
  it('ends its timers and tells those who wait, though its store takes no more commits', async () => {
    const { device, timers, fill } = await startedDevice();
    const asked = device.syncAll();
    expect(timers.size).toBeGreaterThan(0);
    fill();
    await device.stop();
    expect(timers.size).toBe(0);
    await expect(asked).resolves.toMatchObject({ ok: false });
  });
});

describe('a sync that is asked for', () => {
  it('fails at once with the reason when the store takes no commits', async () => {
    const { device, fill } = await startedDevice();
    const asked = device.syncAll();
    fill();
    const behind = device.syncAll();
    await expect(Promise.all([asked, behind])).resolves.toEqual([
      expect.objectContaining({ ok: false, reason: 'There is no room.' }),
      expect.objectContaining({ ok: false, reason: 'There is no room.' }),
    ]);
  });
});
