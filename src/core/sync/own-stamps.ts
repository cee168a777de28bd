import { laterStamp, parseStamp } from '../clock/stamp.ts';
import type { DeviceId, Stamp } from '../ids.ts';
import type { BaseRow } from '../model/record.ts';
import type { Item } from '../queue/item.ts';

/** The stamp key of a delete, which is meant for the whole row. */
export const wholeRow = '*';

type Stamps = Readonly<Record<string, Stamp>>;

/**
 * The latest of these stamps for any of these fields, and of `floor`. Other fields do not matter: a decision of today about
 * one field makes no old edit of another one newer. A delete is about every field.
 */
export function latestFor(stamps: Stamps, fields: readonly string[], floor: Stamp | null): Stamp | null {
  let latest = floor;
  for (const name in stamps) {
    if (name === wholeRow || fields.includes(wholeRow) || fields.includes(name))
      latest = laterStamp(latest, stamps[name] as Stamp);
  }
  return latest;
}

/** The same over items: of what was sent, and of what was decided. Stamps of items never sent are not given yet. */
export function latestOf(items: readonly Item[], fields: readonly string[], floor: Stamp | null): Stamp | null {
  let latest = floor;
  for (const { sent, stamps, resolution } of items) {
    if (sent) latest = latestFor(stamps, fields, latest);
    if (resolution !== null) latest = latestFor(resolution.body.stamps, fields, latest);
  }
  return latest;
}

/** The stamps of a base that this device gave: what another one wrote meanwhile makes no own edit newer. */
export function ownIn(base: BaseRow | null, deviceId: DeviceId): Stamps {
  if (base === null) return {};
  return Object.fromEntries(Object.entries(base.stamps).filter(([, stamp]) => parseStamp(stamp).deviceId === deviceId));
}
