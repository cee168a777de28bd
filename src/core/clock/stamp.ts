import { assert } from '../../lib/assert.ts';
import { compareText } from '../../lib/order.ts';
import type { DeviceId, Stamp } from '../ids.ts';

const counterMax = 0xffff;

/** The parts of a stamp: ms since 1970 (0 to 13 digits), counter 0 to 65535, the device that meant it. */
export interface StampParts {
  readonly ms: number;
  readonly counter: number;
  readonly deviceId: DeviceId;
}

/** Text of a stamp. A counter that overflows moves into the next millisecond, so order is kept. */
export function formatStamp({ ms, counter, deviceId }: StampParts): Stamp {
  const at = Math.max(0, Math.floor(ms)) + Math.floor(counter / (counterMax + 1));
  const digits = String(at).padStart(13, '0');
  const hex = (counter % (counterMax + 1)).toString(16).padStart(4, '0');
  return `${digits}-${hex}-${deviceId}` as Stamp;
}

/** The parts of a well-formed stamp. */
export function parseStamp(stamp: Stamp): StampParts {
  const parts = { ms: Number(stamp.slice(0, 13)), counter: Number.parseInt(stamp.slice(14, 18), 16) };
  assert(Number.isInteger(parts.ms) && Number.isInteger(parts.counter), `a stamp is well formed, not ${stamp}`);
  return { ...parts, deviceId: stamp.slice(19) as DeviceId };
}

/** Order of intents; a missing stamp is before every stamp. */
export function compareStamps(a: Stamp | null, b: Stamp | null): number {
  return compareText(a ?? '', b ?? '');
}

/** The later of two stamps, null when both are missing. */
export function laterStamp(a: Stamp | null, b: Stamp | null): Stamp | null {
  return compareStamps(a, b) >= 0 ? a : b;
}
