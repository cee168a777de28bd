import { formatStamp, parseStamp } from '../../core/clock/stamp.ts';
import type { Stamp } from '../../core/ids.ts';
import type { JsonObject } from '../../lib/json.ts';

/** Stamps as they may be stored, and whether any had to be brought back from the future. */
export interface ClampedStamps {
  readonly stamps: Readonly<Record<string, Stamp>>;
  readonly isClamped: boolean;
}

/**
 * The stamps of the named fields. One that lies further ahead of the server than `leadMs` gets server time in place of
 * its ms, so that a device whose clock is a year ahead does not win for a year.
 */
export function clampStamps(
  stamps: Readonly<Record<string, Stamp>>,
  fields: readonly string[],
  { nowMs, leadMs }: { readonly nowMs: number; readonly leadMs: number },
): ClampedStamps {
  const out: Record<string, Stamp> = {};
  let isClamped = false;
  for (const field of fields) {
    if (!Object.hasOwn(stamps, field)) continue;
    const stamp = stamps[field] as Stamp;
    const isAhead = Number(stamp.slice(0, 13)) > nowMs + leadMs;
    out[field] = isAhead ? formatStamp({ ...parseStamp(stamp), ms: nowMs }) : stamp;
    isClamped ||= isAhead;
  }
  return { stamps: out, isClamped };
}

/** The field of `data` that lacks a stamp, or whose stamp differs from that of its unit; null when all is well. */
export function stampFault(
  units: Readonly<Record<string, { readonly fields: readonly string[] }>>,
  data: JsonObject,
  stamps: Readonly<Record<string, Stamp>>,
): string | null {
  for (const field of Object.keys(data)) if (!Object.hasOwn(stamps, field)) return field;
  for (const { fields } of Object.values(units)) {
    const carried = fields.filter((field) => Object.hasOwn(data, field));
    const odd = carried.find((field) => stamps[field] !== stamps[carried[0] as string]);
    if (odd !== undefined) return odd;
  }
  return null;
}
