import type { DevicePhase } from './status.ts';
import type { Turn } from './turn.ts';

/** What the device is doing or waiting for, the most telling cause first. */
export function phaseOf(turn: Turn): DevicePhase {
  const { state } = turn;
  const device = turn.meta('device');
  if (device.erased) return 'erased';
  if (device.offline) return 'paused';
  if (!state.online) return 'offline';
  if (state.needsAuth) return 'needs-auth';
  if (state.updateRequired) return 'update-required';
  if (!state.leased && state.seenLease !== null) return 'lease-held';
  if (state.backoff !== null) return 'backing-off';
  if (turn.meta('server').resync !== null) return 'resyncing';
  return state.pull !== null || state.batches.length > 0 ? 'syncing' : 'idle';
}

/** Why no request may go out now, as a sentence; null when one may. */
export function obstacle(turn: Turn): string | null {
  switch (phaseOf(turn)) {
    case 'erased':
      return 'The data of this user was erased.';
    case 'paused':
      return 'The device is switched offline.';
    case 'offline':
      return 'The device is offline.';
    case 'needs-auth':
      return 'Sign-in is needed.';
    case 'update-required':
      return 'The app must be updated.';
    case 'lease-held':
      return 'Another process syncs this device.';
    default:
      return null;
  }
}
