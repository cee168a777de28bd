import { describe, expect, it } from 'vitest';
import { startedDevice } from './filling-device.ts';

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
