import type { DeviceId, Stamp } from '../ids.ts';
import { compareStamps, formatStamp, parseStamp } from './stamp.ts';

/** What a device's own clocks said at one moment. Monotonic ms count within one boot only. */
export interface Reading {
  readonly wallMs: number;
  readonly monoMs: number;
  /** Names the boot that the monotonic clock belongs to. */
  readonly boot: string;
}

/** What the device knows of the server's time from the last answer. */
export interface ServerClock {
  /** The server's time at `at`, ms. */
  readonly serverMs: number;
  readonly at: Reading;
}

/** When something is meant to have happened, as recorded at a local edit; turned into a stamp at first send. */
export interface Intent {
  readonly at: Reading;
  /** The newest stamp the device had seen or given out then: the new stamp comes after it. */
  readonly after: Stamp | null;
  /** The stamp that it got when it was handed over first: with another id or another row, the change keeps it. */
  readonly given?: Stamp;
}

/**
 * Estimated server time of a reading, ms. Within the boot of the last contact the monotonic clock decides, so a wall
 * clock that was set meanwhile does no harm; otherwise the offset of the last contact does. Without a contact: the
 * device's own wall time.
 */
export function serverTimeOf(clock: ServerClock | null, reading: Reading): number {
  if (clock === null) return reading.wallMs;
  if (clock.at.boot === reading.boot) return clock.serverMs + (reading.monoMs - clock.at.monoMs);
  return clock.serverMs + (reading.wallMs - clock.at.wallMs);
}

/**
 * The stamp of an intent as known now: the one it was given, unless that lies in the future; else its estimated server time,
 * lowered to at most the estimated time now, then raised above the stamps it came after (`floor`, and what was seen at the
 * edit) unless those lie in the future.
 */
export function stampOf(
  intent: Intent,
  context: {
    readonly clock: ServerClock | null;
    readonly now: Reading;
    readonly floor: Stamp | null;
    readonly deviceId: DeviceId;
  },
): Stamp {
  const nowMs = serverTimeOf(context.clock, context.now);
  const { given } = intent;
  if (given !== undefined && parseStamp(given).ms <= nowMs) return given;
  const ms = Math.min(serverTimeOf(context.clock, intent.at), nowMs);
  let stamp = formatStamp({ ms, counter: 0, deviceId: context.deviceId });
  for (const seen of [intent.after, context.floor]) stamp = raised(stamp, { seen, nowMs });
  return stamp;
}

function raised(stamp: Stamp, { seen, nowMs }: { readonly seen: Stamp | null; readonly nowMs: number }): Stamp {
  if (seen === null || compareStamps(stamp, seen) > 0) return stamp;
  const { ms, counter } = parseStamp(seen);
  if (ms > nowMs) return stamp;
  return formatStamp({ ms, counter: counter + 1, deviceId: parseStamp(stamp).deviceId });
}
