import { present } from '../../lib/assert.ts';
import { type JsonObject, sameJson } from '../../lib/json.ts';
import type { Conflict, DisputedField } from '../merge/conflict.ts';
import type { MergeEntry } from '../merge/resolve.ts';
import type { BaseRow } from '../model/record.ts';
import { fieldValue } from '../model/registry.ts';
import { effectOf } from '../queue/effect.ts';
import { asNew, type Item, pickIntents } from '../queue/item.ts';
import type { Entity } from './entity.ts';
import { concede, goOnInGroup, regroup } from './groups.ts';
import type { Meeting } from './meeting.ts';
import { decided } from './resolutions.ts';
import { disputedData } from './shown.ts';
import type { Turn } from './turn.ts';

/** Fields that a merge left to a person, and the items that set them, as they were before the merge. */
export interface Question {
  readonly entries: readonly MergeEntry[];
  readonly items: readonly Item[];
  readonly invalid: boolean;
}

/**
 * Opens a conflict for disputed fields, or adds them to the one that is open. They stand in the conflict record and in
 * no item any more; the other fields of the change go on as an item of their own.
 */
export function openConflict(turn: Turn, entity: Entity, { entries, items, invalid }: Question): void {
  const fields = entries.map((entry) => disputed(entry, items));
  const asked = items.filter((item) =>
    entries.some((entry) => entry.fields.some((name) => Object.hasOwn(effectOf(item).data, name))),
  );
  const holder = entity.conflict === null ? asked.at(-1) : undefined;
  for (const item of asked) if (item.id !== holder?.id) settleAsked(turn, entity, item);
  if (entity.conflict !== null)
    entity.conflict = { ...entity.conflict, fields: joinFields(entity.conflict.fields, fields) };
  else hold(turn, entity, present(holder, 'a disputed field was set by an item'), { fields, invalid });
}

function disputed(entry: MergeEntry, items: readonly Item[]): DisputedField {
  const intents = items.flatMap((item) => item.intents);
  const mineIntent = intents.findLast((intent) => entry.fields.some((name) => intent.fields.includes(name))) ?? null;
  return {
    name: entry.name,
    base: entry.base,
    mine: entry.local,
    theirs: entry.server,
    mineIntent,
    mineStamp: entry.localStamp,
    theirsStamp: entry.serverStamp,
  };
}

function joinFields(open: readonly DisputedField[], more: readonly DisputedField[]): readonly DisputedField[] {
  const named = new Set(more.map((field) => field.name));
  return [...open.filter((field) => !named.has(field.name)), ...more];
}

/** An item whose disputed values now stand in the conflict of another one: nothing of it may be left to send. */
function settleAsked(turn: Turn, entity: Entity, before: Item): void {
  const item = present(entity.item(before.id), 'the item is in the queue');
  if (item.group !== null || item.increments !== null || Object.keys(effectOf(item).data).length > 0) return;
  turn.log('folded', {
    ...entity.key,
    changeId: item.id,
    kept: before.data,
    detail: 'its values stand in the open conflict',
  });
  concede(turn, entity, item, { againstVersion: versionOf(entity) });
}

/**
 * The item becomes the conflict's change; what else it sets goes on under a new id. A member of a group stays one with what
 * survived the merge beside the question, since a group goes on whole.
 */
function hold(
  turn: Turn,
  entity: Entity,
  before: Item,
  { fields, invalid }: { readonly fields: readonly DisputedField[]; readonly invalid: boolean },
): void {
  const merged = present(entity.item(before.id), 'the item is in the queue');
  const isMember = before.group !== null;
  const rest = isMember ? {} : unsetLater(entity, merged);
  const data = isMember ? effectOf(merged).data : before.data;
  entity.set({ ...before, data, state: 'conflict', resolution: null, waitsFor: null });
  entity.conflict = {
    ...entity.key,
    changeId: before.id,
    kind: invalid ? 'invalid' : 'fields',
    fields,
    deletedBy: null,
    before: null,
    theirsData: entity.record.base?.data ?? null,
    theirsVersion: versionOf(entity),
    openedAt: turn.at.wallMs,
    grouped: before.group !== null,
  };
  turn.tell({ kind: 'conflict', changeId: before.id, ...entity.key });
  if (Object.keys(rest).length > 0) goOn(turn, entity, before, rest);
}

/** The surviving fields of an item that no later item sets: the others would undo a later edit. */
function unsetLater(entity: Entity, item: Item): JsonObject {
  const at = entity.chain.findIndex((other) => other.id === item.id);
  const later = new Set(entity.chain.slice(at + 1).flatMap((other) => Object.keys(effectOf(other).data)));
  return Object.fromEntries(Object.entries(effectOf(item).data).filter(([name]) => !later.has(name)));
}

function goOn(turn: Turn, entity: Entity, before: Item, rest: JsonObject): void {
  const intents = pickIntents(before.intents, (field) => Object.hasOwn(rest, field));
  const seq = turn.nextSeq();
  const item: Item = {
    ...asNew(before, { id: turn.newId(), seq }),
    place: seq,
    action: 'UPDATE',
    revives: false,
    data: rest,
    intents,
  };
  turn.log('replaced', {
    ...entity.key,
    changeId: before.id,
    by: item.id,
    kept: rest,
    detail: 'undisputed fields go on',
  });
  entity.set(item);
}

/** Opens the question whether a deleted or an edited row is meant, unless a person is asked about the row already. */
export function openDeleteConflict(
  turn: Turn,
  entity: Entity,
  {
    item,
    deletedBy,
    theirs,
    before,
  }: Pick<Meeting, 'theirs' | 'before'> & { readonly item: Item } & Pick<Conflict, 'deletedBy'>,
): void {
  // One question at a time: this item waits behind the one that is asked about, and is judged when that is decided.
  if (entity.conflict !== null) return;
  const { data } = effectOf(item);
  entity.set({
    ...item,
    data: item.action === 'DELETE' ? null : data,
    state: 'conflict',
    resolution: null,
    waitsFor: null,
  });
  entity.conflict = {
    ...entity.key,
    changeId: item.id,
    kind: 'delete',
    fields: [],
    deletedBy,
    before: deletedBy === 'theirs' ? before : null,
    theirsData: theirs.data,
    theirsVersion: theirs.version,
    openedAt: turn.at.wallMs,
    grouped: item.group !== null,
  };
  turn.count('conflictsAsked');
  turn.tell({ kind: 'conflict', changeId: item.id, ...entity.key });
}

/** Brings an open conflict up to a newer server version: it closes where both sides now agree. */
export function refreshConflict(turn: Turn, entity: Entity, theirs: BaseRow): void {
  const { conflict } = entity;
  if (conflict === null) return;
  if (conflict.kind === 'delete') refreshDelete(turn, entity, conflict, theirs);
  else if (theirs.deleted) meetsDelete(turn, entity, conflict, theirs);
  else refreshFields(turn, entity, conflict, theirs);
}

function refreshDelete(turn: Turn, entity: Entity, conflict: Conflict, theirs: BaseRow): void {
  const agreed = conflict.deletedBy === 'mine' && theirs.deleted;
  const reopened = conflict.deletedBy === 'theirs' && !theirs.deleted;
  if (!agreed && !reopened) {
    entity.conflict = { ...conflict, theirsData: theirs.data, theirsVersion: theirs.version };
    return;
  }
  const item = closeConflict(entity, conflict);
  const againstVersion = theirs.version;
  if (agreed) concede(turn, entity, item, { againstVersion });
  // The row lives again: the edits are merged with it like any others.
  else entity.set(decided(turn, item, { outcome: 'local', data: item.data, stamps: item.stamps, againstVersion }));
}

/** Disputed edits of a row that is now deleted: the question becomes one about the delete, where the type asks. */
function meetsDelete(turn: Turn, entity: Entity, conflict: Conflict, theirs: BaseRow): void {
  const asked = closeConflict(entity, conflict);
  const data = { ...(asked.group === null ? {} : asked.data), ...disputedData(conflict, entity.type) };
  const item = { ...asked, data };
  entity.set({ ...item, state: 'pending', resolution: null });
  const decision = { outcome: 'local' as const, data, stamps: item.stamps, againstVersion: theirs.version };
  entity.set(decided(turn, item, decision));
}

function refreshFields(turn: Turn, entity: Entity, conflict: Conflict, theirs: BaseRow): void {
  const fields = conflict.fields
    .map((field) => ({
      ...field,
      theirs: valueIn(entity, field.name, theirs),
      theirsStamp: stampIn(entity, field.name, theirs),
    }))
    .filter((field) => !sameJson(field.mine, field.theirs));
  if (fields.length > 0) {
    entity.conflict = { ...conflict, fields, theirsData: theirs.data, theirsVersion: theirs.version };
    return;
  }
  const item = closeConflict(entity, conflict);
  if (item.group === null) entity.set(decided(turn, item, { outcome: 'server', againstVersion: theirs.version }));
  else goOnInGroup(turn, entity, item);
}

/** The person deleted the row that they were asked about: their values are given up, as recorded, and nothing is asked any more. */
export function giveUpQuestion(turn: Turn, entity: Entity): void {
  const { conflict } = entity;
  if (conflict === null || conflict.kind === 'delete') return;
  const item = closeConflict(entity, conflict);
  const disputed = disputedData(conflict, entity.type);
  const lost = item.group === null ? disputed : { ...effectOf(item).data, ...disputed };
  turn.log('resolved', { ...entity.key, changeId: item.id, kept: lost, detail: 'the row was deleted here' });
  concede(turn, entity, item, { lost, againstVersion: Math.max(versionOf(entity), conflict.theirsVersion) });
  if (item.group !== null) regroup(turn, item.group);
}

/** Takes the conflict away and gives the item it held. */
export function closeConflict(entity: Entity, conflict: Conflict): Item {
  entity.conflict = null;
  return present(entity.item(conflict.changeId), 'the disputed change is in the queue');
}

function valueIn(entity: Entity, name: string, row: BaseRow) {
  const unit = Object.hasOwn(entity.type.units, name) ? entity.type.units[name] : undefined;
  if (unit === undefined) return fieldValue(entity.type, row.data, name);
  return Object.fromEntries(unit.fields.map((field) => [field, fieldValue(entity.type, row.data, field)]));
}

function stampIn(entity: Entity, name: string, row: BaseRow) {
  const unit = Object.hasOwn(entity.type.units, name) ? entity.type.units[name] : undefined;
  return row.stamps[unit?.fields[0] ?? name] ?? null;
}

function versionOf(entity: Entity): number {
  return entity.record.base?.version ?? 0;
}
