import type { Caller, Context } from './context.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { DeviceState } from './stored.ts';

/** Who a request says it comes from. */
export interface Sender {
  readonly deviceId: string;
  readonly registered: boolean;
}

/**
 * The sender's device as it will be remembered, or the refusal. Said to be registered without being it: the server has
 * forgotten the device. Not said: the device is new, or never got an answer, and is registered by this request.
 */
export function checkDevice(context: Context, sender: Sender, caller: Caller): DeviceState | Refusal {
  if (caller.deviceId !== null && caller.deviceId !== sender.deviceId) {
    return refuse('invalid_request', 'X-Device-Id names another device than the body.');
  }
  const known = context.reads.device(sender.deviceId);
  if (known === undefined && sender.registered) return refuse('device_unknown');
  return {
    deviceId: sender.deviceId,
    registeredAt: known?.registeredAt ?? context.nowMs,
    lastSeenAt: context.nowMs,
    incarnation: known?.incarnation ?? null,
    lastSeq: known?.lastSeq ?? -1,
    position: known?.position ?? null,
    appVersion: caller.appVersion ?? known?.appVersion ?? null,
    schemaVersion: caller.schemaVersion ?? known?.schemaVersion ?? null,
  };
}

/** The refusal of versions that belong to another lineage; null when they are of this one, or there are none. */
export function checkEpoch(context: Context, epoch: string | null): Refusal | null {
  return epoch === null || epoch === context.epoch ? null : refuse('epoch_changed');
}

/**
 * The refusal of a device that was copied or restored: the life that last got through is neither this one nor one
 * that this one knows of. Null when the line of lives is unbroken.
 */
export function checkLives(
  device: DeviceState,
  lives: { readonly incarnation: string; readonly previousIncarnations: readonly string[] },
): Refusal | null {
  const last = device.incarnation;
  if (last === null || last === lives.incarnation || lives.previousIncarnations.includes(last)) return null;
  return refuse('device_forked', 'Another life of this device got through that this one does not know of.');
}

/** Whether a check ended the request. */
export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refused';
}
