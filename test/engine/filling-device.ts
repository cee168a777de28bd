import { MemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import { brandId, type DeviceId, type UserId } from '../../src/core/ids.ts';
import { initDevice } from '../../src/engine/init-device.ts';
import { openDevice } from '../../src/engine/open-device.ts';
import { StorageError } from '../../src/ports/storage.ts';
import { policyRegistry } from '../../src/stage/policies.ts';

/** A device's store that takes commits until it is full. */
async function fillingStorage() {
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
  return { storage: filling, fill: () => (full = true), empty: () => (full = false) };
}

/** A device that syncs on its own over a store that may fill up, with its timers that are not cancelled and what it took and sent. */
export async function startedDevice() {
  const { storage, fill, empty } = await fillingStorage();
  const timers = new Set<{ readonly run: () => void }>();
  const took: string[] = [];
  const line = { isThere: true, changed: (): void => undefined };
  const device = await openDevice({
    storage,
    registry: policyRegistry,
    automatic: true,
    exclusive: true,
    holder: 'test',
    random: { seed: () => 'one' },
    clock: {
      read: () => ({ wallMs: 0, monoMs: 0, boot: 'b' }),
      after: (_ms, run) => {
        const timer = { run, cancel: () => void timers.delete(timer) };
        timers.add(timer);
        return timer;
      },
    },
    connectivity: {
      isOnline: () => line.isThere,
      listen: (changed) => {
        line.changed = () => changed(line.isThere);
        return () => undefined;
      },
    },
    transport: { send: () => ({ abort: () => undefined }), close: () => Promise.resolve() },
    observer: (seen) => {
      if (seen.kind === 'event') took.push(seen.name);
      if (seen.kind === 'sent') took.push(`sent ${seen.call.name}`);
    },
  });
  device.start();
  const cut = (): void => {
    line.isThere = false;
    line.changed();
  };
  return { device, timers, took, fill, empty, cut };
}
