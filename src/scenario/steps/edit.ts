import * as z from 'zod';
import type { Device, Edit } from '../../engine/device.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { sameJson } from '../../lib/json.ts';
import { fieldValues, increments, label, newRowKey, rowKey } from '../language/values.ts';
import type { Mentions } from '../mentions.ts';

const elements = z
  .record(z.string(), z.array(z.custom<Json>(() => true)))
  .meta({ description: 'set fields and elements' });

/** What a create says of its row. */
export const createParts = { create: newRowKey, set: fieldValues.optional() };
/** What an update says of its row. */
export const updateParts = {
  update: rowKey,
  set: fieldValues.optional(),
  increment: increments.optional(),
  add: elements.optional(),
  remove: elements.optional(),
};
/** What a delete says of its row. */
export const deleteParts = { delete: rowKey };

/** What every write takes beside its edit. */
export const writeOptions = {
  as: label.optional(),
  refused: z
    .union([z.literal(true), z.string()])
    .optional()
    .meta({ description: 'the write must be refused on the device: true, or the problem code; allowed: it may be' }),
  user: z.string().optional().meta({ description: 'whose row, for a write on the server with several users' }),
};

/** One edit as written, within a group or alone. */
export const editSchema = z.union([
  z.strictObject(createParts),
  z.strictObject(updateParts),
  z.strictObject(deleteParts),
]);
/** One edit as its schema parsed it. */
export type WrittenEdit = z.output<typeof editSchema>;

/** The edit for a device. Elements are added to and removed from what the device shows at this moment. */
export async function editFor(engine: Pick<Device, 'get'>, written: WrittenEdit): Promise<Edit> {
  if ('delete' in written) return { action: 'delete', ...written.delete };
  if ('create' in written) {
    return { action: 'create', ...written.create, data: written.set ?? {} };
  }
  const { update, set, increment, add = {}, remove = {} } = written;
  const sets = await setsAfter(engine, written, { add, remove });
  return {
    action: 'update',
    ...update,
    ...(set || Object.keys(sets).length > 0 ? { set: { ...set, ...sets } } : {}),
    ...(increment ? { add: increment } : {}),
  };
}

async function setsAfter(
  engine: Pick<Device, 'get'>,
  { update }: Extract<WrittenEdit, { update: unknown }>,
  {
    add,
    remove,
  }: { readonly add: Readonly<Record<string, Json[]>>; readonly remove: Readonly<Record<string, Json[]>> },
): Promise<JsonObject> {
  const names = [...new Set([...Object.keys(add), ...Object.keys(remove)])];
  if (names.length === 0) return {};
  const shown = (await engine.get(update.entityType, update.entityId))?.data ?? {};
  return Object.fromEntries(
    names.map((name) => {
      const before = Object.hasOwn(shown, name) && Array.isArray(shown[name]) ? (shown[name] as readonly Json[]) : [];
      const kept = before.filter((element) => !has(remove[name] ?? [], element));
      return [name, [...kept, ...(add[name] ?? []).filter((element) => !has(kept, element))]];
    }),
  );
}

function has(list: readonly Json[], element: Json): boolean {
  return list.some((candidate) => sameJson(candidate, element));
}

/** The row and fields an edit names, for lint. A write that is meant to be refused may name anything. */
export function mentionsOf(written: WrittenEdit, options: { readonly refused?: unknown } = {}): Mentions {
  if (options.refused !== undefined) return {};
  const key = keyOf(written);
  const named =
    key.entityId === undefined ? { entityTypes: [key.entityType] } : { rows: [{ ...key, entityId: key.entityId }] };
  if ('delete' in written) return named;
  const parts = 'update' in written ? [written.set, written.increment, written.add, written.remove] : [written.set];
  const names = parts.flatMap((part) => Object.keys(part ?? {}));
  return { ...named, fields: [{ entityType: key.entityType, names }] };
}

/** The row an edit is about. */
function keyOf(written: WrittenEdit): z.output<typeof newRowKey> {
  if ('delete' in written) return written.delete;
  return 'create' in written ? written.create : written.update;
}

/** The edit in words: `updates meditation/s1: rating 5`. */
export function tellEdit(written: WrittenEdit): string {
  const { entityType, entityId } = keyOf(written);
  const name = entityId === undefined ? `a row of ${entityType}` : `${entityType}/${entityId}`;
  if ('delete' in written) return `deletes ${name}`;
  const parts = [
    ...told(written.set, (value) => ` ${JSON.stringify(value)}`),
    ...('update' in written ? told(written.increment, (value) => ` +${String(value)}`) : []),
    ...('update' in written ? told(written.add, (value) => ` with ${JSON.stringify(value)}`) : []),
    ...('update' in written ? told(written.remove, (value) => ` without ${JSON.stringify(value)}`) : []),
  ];
  const verb = 'create' in written ? 'creates' : 'updates';
  return parts.length === 0 ? `${verb} ${name}` : `${verb} ${name}: ${parts.join(', ')}`;
}

function told(
  part: Readonly<Record<string, unknown>> | undefined,
  tell: (value: unknown) => string,
): readonly string[] {
  return Object.entries(part ?? {}).map(([name, value]) => `${name}${tell(value)}`);
}
