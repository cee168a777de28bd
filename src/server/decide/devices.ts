import type { DevicesAnswer } from '../../core/protocol/messages.ts';
import type { Answer } from './answer.ts';
import type { Context } from './context.ts';
import type { Scans } from './scans.ts';

/** Answers the user's registered devices: when they were seen, and how many numbers they lag behind. */
export function decideDevices(context: Context, scans: Scans): Answer {
  const { counter } = context.user;
  const devices = scans.devices().map((device) => ({
    deviceId: device.deviceId,
    registeredAt: device.registeredAt,
    lastSeenAt: device.lastSeenAt,
    cursorLag: device.position === null ? null : Math.max(0, counter - device.position),
    appVersion: device.appVersion,
    schemaVersion: device.schemaVersion,
  }));
  const answer: DevicesAnswer = { devices };
  return { kind: 'answer', writes: [], body: JSON.stringify(answer) };
}
