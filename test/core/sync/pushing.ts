import { CoreDevice } from './core-device.ts';

/** A device with edits of so many rows, whose first push is on the wire. */
export function pushing(count: number, setup: ConstructorParameters<typeof CoreDevice>[0] = {}): CoreDevice {
  const device = new CoreDevice(setup).begin();
  for (let at = 0; at < count; at += 1) device.create('latest', `r${at}`, { value: `v${at}` });
  device.request('push');
  return device;
}

/** The rows of the push on the wire. */
export function rowsOf(device: CoreDevice): readonly string[] {
  return device.pushed.map(({ entityId }) => entityId);
}

/** The state of each row's newest item. */
export function states(device: CoreDevice): Readonly<Record<string, string>> {
  return Object.fromEntries(device.queue.map(({ entityId, state }) => [entityId, state]));
}
