import { formatStamp } from '../core/clock/stamp.ts';
import { brandId, type ChangeId, type DeviceId, type Stamp } from '../core/ids.ts';
import { completeUnits } from '../core/model/complete-units.ts';
import { type EntityType, fieldOf, isCounter } from '../core/model/registry.ts';
import type { Change } from '../core/protocol/messages.ts';
import type { Edit } from '../engine/device.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Reads } from '../server/decide/reads.ts';

/** Who writes: the number of the write, 1 or more, the server's time, and the name of the writing device. */
export interface EditAuthor {
  readonly n: number;
  readonly nowMs: number;
  readonly deviceId: string;
}

/** The change that pushes an edit made in the story itself: newest base, the server's own time as stamp. */
export function changeOf(
  edit: Edit,
  { type, view, author }: { readonly type: EntityType; readonly view: Reads; readonly author: EditAuthor },
): Change {
  const id = brandId<ChangeId>(`${author.deviceId}-${author.n}`);
  const entityId = edit.entityId ?? type.singleton ?? `${author.deviceId}-row-${author.n}`;
  const row = view.row({ entityType: edit.entityType, entityId });
  const shown = row?.dataJson === undefined || row.dataJson === null ? null : (JSON.parse(row.dataJson) as JsonObject);
  const data = edit.action === 'delete' ? {} : completeUnits(type, valuesOf(type, edit), shown);
  const increments = incrementsOf(type, edit);
  return {
    id,
    seq: author.n,
    entityType: edit.entityType,
    entityId,
    action: edit.action === 'create' ? 'CREATE' : edit.action === 'delete' ? 'DELETE' : 'UPDATE',
    baseVersion: row?.version ?? null,
    data: edit.action === 'delete' ? null : data,
    ...(Object.keys(increments).length === 0 ? {} : { increments }),
    stamps: stampsOf(edit.action === 'delete' ? ['*'] : Object.keys(data), author),
    timestamp: author.nowMs,
  };
}

function valuesOf(type: EntityType, edit: Exclude<Edit, { action: 'delete' }>): JsonObject {
  const given = edit.action === 'create' ? edit.data : (edit.set ?? {});
  return Object.fromEntries(Object.entries(given).filter(([name]) => !isCounter(fieldOf(type, name))));
}

/** What is added to counters; a counter's value in a create is added to nothing. */
function incrementsOf(type: EntityType, edit: Edit): Readonly<Record<string, number>> {
  if (edit.action === 'delete') return {};
  if (edit.action === 'update') return edit.add ?? {};
  const counters = Object.entries(edit.data).filter(([name]) => isCounter(fieldOf(type, name)));
  return Object.fromEntries(counters.map(([name, value]) => [name, Number(value)]));
}

function stampsOf(fields: readonly string[], { nowMs, deviceId }: EditAuthor): Readonly<Record<string, Stamp>> {
  const stamp = formatStamp({ ms: nowMs, counter: 0, deviceId: brandId<DeviceId>(deviceId) });
  return Object.fromEntries(fields.map((field) => [field, stamp]));
}
