import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../../src/adapters/portable/storage-memory.ts';
import { brandId, type DeviceId, type UserId } from '../../../src/core/ids.ts';
import { gurasRegistry } from '../../../src/core/model/entities/registry.ts';
import { initDevice } from '../../../src/engine/init-device.ts';
import { openDevice } from '../../../src/engine/open-device.ts';

const wallMs = 1_800_000_000_000;
const file = { trackId: 't1', bytes: 1, sha256: 'a'.repeat(64), downloadedAt: '2026-03-01T08:00:00Z' };
const key = { entityType: 'audioDownloads', entityId: 'd1' };

async function unsyncedDevice() {
  const storage = new MemoryStorage({ freeze: true });
  const names = { deviceId: brandId<DeviceId>('phone'), userId: brandId<UserId>('ana') };
  await initDevice(storage, { ...names, registry: gurasRegistry, wallMs });
  return openDevice({
    storage,
    registry: gurasRegistry,
    automatic: false,
    holder: 'test',
    random: { seed: () => 'one' },
    clock: { read: () => ({ wallMs, monoMs: 0, boot: 'b' }), after: () => ({ cancel: () => undefined }) },
    connectivity: { isOnline: () => false, listen: () => () => undefined },
    transport: { send: () => ({ abort: () => undefined }), close: () => Promise.resolve() },
  });
}

describe('an edit of nothing but device-only fields', () => {
  it('changes the row and queues nothing', async () => {
    const device = await unsyncedDevice();
    await device.write({ action: 'create', ...key, data: file });
    const before = await device.queue();
    const outcome = await device.write({ action: 'update', ...key, set: { localPath: '/sdcard/t1.mp3' } });
    expect(outcome).toEqual({ ok: true, entityId: 'd1', changeIds: [] });
    expect(await device.queue()).toEqual(before);
    expect((await device.get(key.entityType, key.entityId))?.data).toMatchObject({
      ...file,
      localPath: '/sdcard/t1.mp3',
    });
  });

  it('leaves what travels to the queue when it is set with other fields', async () => {
    const device = await unsyncedDevice();
    await device.write({ action: 'create', ...key, data: file });
    await device.write({ action: 'update', ...key, set: { deviceName: 'Phone', localPath: '/p' } });
    const [item] = await device.queue();
    expect(item?.data).toMatchObject({ deviceName: 'Phone' });
    expect(item?.data).not.toHaveProperty('localPath');
  });
});
