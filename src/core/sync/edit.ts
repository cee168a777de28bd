import type { JsonObject } from '../../lib/json.ts';
import { keyText } from '../ids.ts';
import { completeUnits } from '../model/complete-units.ts';
import type { RecordRow } from '../model/record.ts';
import type { EntityType } from '../model/registry.ts';
import { validateAdd, validateCreate, validateEntityId, validateSet } from '../model/validate.ts';
import type { Problem } from '../protocol/messages.ts';
import { parentsOf } from './adopt.ts';
import { blankRecord } from './entity.ts';
import type { Edit } from './event.ts';
import { knownId, withKnownReferences } from './known-id.ts';
import { shownData } from './shown.ts';
import type { Turn } from './turn.ts';

/** One edit, checked and completed, with the row it meets. */
export interface CheckedEdit {
  readonly type: EntityType;
  readonly record: RecordRow;
  /** What the user sees of the row before it; null when it does not exist. */
  readonly visible: JsonObject | null;
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  /** Fields to set, units whole; null when none. */
  readonly data: JsonObject | null;
  readonly increments: Readonly<Record<string, number>> | null;
  /** Fields that never leave the device. */
  readonly device: JsonObject | null;
  readonly parents: readonly string[];
}

type Checked =
  | { readonly ok: true; readonly edits: readonly CheckedEdit[] }
  | { readonly ok: false; readonly problem: Problem };

/**
 * Checks one edit against the schema and the rows as they stand. An update that sets and adds becomes two edits:
 * increments are items of their own. Refusals name the field and the rule.
 */
export function checkEdit(turn: Turn, edit: Edit): Checked {
  const type = turn.setting.registry.types.get(edit.entityType);
  if (type === undefined)
    return refused({ code: 'unknown_type', detail: `There is no entity type "${edit.entityType}".` });
  const entityId = edit.entityId ?? type.singleton ?? turn.newId();
  const idProblem = validateEntityId(type, entityId);
  if (idProblem !== null) return refused({ ...idProblem });
  const key = { entityType: type.name, entityId: knownId(turn, { entityType: type.name, entityId }) };
  const record = turn.get('records', [key.entityType, key.entityId]) ?? blankRecord(key, turn.meta('server').era);
  const visible = shownData(record);
  if (edit.action === 'create') return checkCreate(turn, { type, record, visible }, edit.data);
  if (visible === null) return refused({ code: 'not_found', detail: `There is no ${keyText(key)} on this device.` });
  if (edit.action === 'delete') return checkDelete({ type, record, visible });
  return checkUpdate(turn, { type, record, visible }, edit);
}

type Met = Pick<CheckedEdit, 'type' | 'record' | 'visible'>;

function refused(problem: Problem): Checked {
  return { ok: false, problem };
}

function checkCreate(turn: Turn, met: Met, asked: JsonObject): Checked {
  const given = completeUnits(met.type, asked, null);
  const problem = validateCreate(met.type, given, { limits: turn.limits });
  if (problem !== null) return refused({ ...problem });
  if (met.visible !== null) return refused({ code: 'row_exists', detail: `${keyText(met.record)} exists.` });
  const { data, device } = split(met.type, withKnownReferences(turn, met.type, given));
  const clash = takenKey(turn, met, data) ?? missingParent(turn, met.type, data);
  if (clash !== null) return refused(clash);
  return {
    ok: true,
    edits: [{ ...met, action: 'CREATE', data, device, increments: null, parents: parentsOf(met.type, data) }],
  };
}

function checkDelete(met: Met): Checked {
  if (met.type.catalogue)
    return refused({ code: 'not_writable', detail: `Rows of ${met.type.name} come from the catalogue.` });
  return { ok: true, edits: [{ ...met, action: 'DELETE', data: null, device: null, increments: null, parents: [] }] };
}

function checkUpdate(turn: Turn, met: Met, edit: Edit & { readonly action: 'update' }): Checked {
  const set = completeUnits(met.type, edit.set ?? {}, met.visible);
  const add = edit.add ?? {};
  const problem = validateSet(met.type, set, { limits: turn.limits }) ?? validateAdd(met.type, add);
  if (problem !== null) return refused({ ...problem });
  const { data: whole, device } = split(met.type, withKnownReferences(turn, met.type, set));
  const clash = takenKey(turn, met, { ...met.visible, ...whole }) ?? missingParent(turn, met.type, whole);
  if (clash !== null) return refused(clash);
  const base = { ...met, action: 'UPDATE' as const };
  const edits: CheckedEdit[] = [];
  if (Object.keys(whole).length > 0 || device !== null)
    edits.push({ ...base, data: whole, device, increments: null, parents: parentsOf(met.type, whole) });
  if (Object.keys(add).length > 0) edits.push({ ...base, data: null, device: null, increments: add, parents: [] });
  if (edits.length === 0) return refused({ code: 'invalid_change', detail: 'The update sets nothing.' });
  return { ok: true, edits };
}

/** Takes the fields that never leave the device apart from those that travel. */
function split(type: EntityType, given: JsonObject): { readonly data: JsonObject; readonly device: JsonObject | null } {
  const own = Object.entries(given).filter(([name]) => type.fields[name]?.owner === 'device');
  if (own.length === 0) return { data: given, device: null };
  const travels = Object.entries(given).filter(([name]) => type.fields[name]?.owner !== 'device');
  return { data: Object.fromEntries(travels), device: Object.fromEntries(own) };
}

function takenKey(turn: Turn, { type, record }: Met, data: JsonObject): Problem | null {
  if (type.naturalKey.length === 0) return null;
  const parts = type.naturalKey.map((name) => data[name] ?? type.fields[name]?.initial ?? null);
  if (parts.includes(null)) return null;
  const prefix = [type.name, JSON.stringify(parts)];
  const taken = turn
    .scan('records', { index: 'byNaturalKey', prefix, limit: 2 })
    .find((row) => row.entityId !== record.entityId);
  if (taken === undefined) return null;
  return { code: 'key_exists', detail: `${keyText(taken)} has the same ${type.naturalKey.join(' and ')}.` };
}

function missingParent(turn: Turn, type: EntityType, data: JsonObject): Problem | null {
  for (const { field, entityType } of type.references) {
    const id = data[field];
    if (typeof id !== 'string') continue;
    const parent = turn.get('records', [entityType, id]);
    if (parent === undefined || !parent.exists) {
      return {
        code: 'parent_gone',
        field,
        detail: `${field} refers to ${entityType}/${id}, which is not on this device.`,
      };
    }
  }
  return null;
}
