import { describe, expect, it } from 'vitest';
import { startedDevice } from './filling-device.ts';

describe('events that the store refused', () => {
  it('are taken in their order before any later one', async () => {
    const { device, took, fill, empty } = await startedDevice();
    fill();
    device.foreground();
    device.signedIn();
    empty();
    took.length = 0;
    device.foreground();
    expect(took.filter((name) => !name.startsWith('sent'))).toEqual(['foreground', 'signed-in', 'foreground']);
  });

  it('come after what a person does upon what is shown', async () => {
    const { device, timers, took, fill, empty } = await startedDevice();
    fill();
    const before = new Set(timers);
    device.foreground();
    device.signedIn();
    empty();
    took.length = 0;
    await device.write({ action: 'create', entityType: 'latest', data: { value: 'one' } });
    expect(took).toEqual(['edit']);
    for (const timer of [...timers].filter((one) => !before.has(one))) timer.run();
    expect(took.filter((name) => !name.startsWith('sent'))).toEqual(['edit', 'foreground', 'signed-in', 'go-on']);
  });

  it('are taken by themselves after a while', async () => {
    const { device, timers, took, fill, empty } = await startedDevice();
    fill();
    const before = new Set(timers);
    device.foreground();
    empty();
    took.length = 0;
    for (const timer of [...timers].filter((one) => !before.has(one))) timer.run();
    expect(took).toEqual(['foreground', 'go-on']);
  });

  it('wait behind the loss of the line: nothing is sent without one', async () => {
    const { device, timers, took, fill, empty, cut } = await startedDevice();
    fill();
    const before = new Set(timers);
    device.foreground();
    cut();
    empty();
    took.length = 0;
    await device.write({ action: 'create', entityType: 'latest', data: { value: 'one' } });
    for (const timer of [...timers].filter((one) => !before.has(one))) timer.run();
    expect(took).toEqual(['edit', 'online', 'foreground', 'go-on']);
  });

  it('are given up when the device stops', async () => {
    const { device, timers, took, fill, empty } = await startedDevice();
    fill();
    device.foreground();
    empty();
    took.length = 0;
    await device.stop();
    expect([took, timers.size]).toEqual([['stop'], 0]);
  });
});
