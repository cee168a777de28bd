import { present } from '../../lib/assert.ts';
import type { JsonObject } from '../../lib/json.ts';
import { compareStamps } from '../clock/stamp.ts';
import type { ChangeId, Stamp } from '../ids.ts';
import type { Conflict, DisputedField } from '../merge/conflict.ts';
import type { RecordRow } from '../model/record.ts';
import { fieldValue, unitOf } from '../model/registry.ts';
import { isRevival } from '../queue/effect.ts';
import { type FieldIntent, type Item, unsent } from '../queue/item.ts';
import { holderAtEnd } from '../queue/order.ts';
import { giveUpQuestion } from './conflicts.ts';
import type { CheckedEdit } from './edit.ts';
import { entityOf, flushEntities } from './entity.ts';
import { join, joinable } from './join-edit.ts';
import { replaces, wholeData } from './made-anew.ts';
import { wholeRow } from './own-stamps.ts';
import { passable } from './passable.ts';
import { after, putItem, putRecord } from './put-edit.ts';
import type { Turn } from './turn.ts';

/** The group that edits made together belong to. */
export interface Grouping {
  readonly group: string;
  readonly size: number;
}

/**
 * Puts a checked edit into the queue and the row, joined with the newest item of the row where the laws allow it, and
 * gives the id of the change that carries it. Reads only the newest item of the row, so that its cost does not grow
 * with the queue.
 */
export function enqueue(turn: Turn, asked: CheckedEdit, grouping: Grouping | null): ChangeId {
  const edit = settledFirst(turn, asked);
  const conflict = edit.record.conflict === null ? undefined : turn.get('conflicts', [edit.record.conflict]);
  const last = newestItem(turn, edit.record);
  const whole = replaces(edit, last) ? { ...edit, data: wholeData(edit) } : edit;
  const free = conflict === undefined ? whole : reopen(turn, whole, conflict);
  if (free === null) return conflict?.changeId as ChangeId;
  const next = makeItem(turn, free, grouping);
  if (last !== undefined && joinable(turn, { edit: free, last, next })) {
    const joined = join(turn, { edit: free, last, next });
    if (joined !== null) return joined;
  }
  // Beside an open question the row is free; behind an older item it waits until the row is arranged anew.
  const isFree = last?.id === passable(conflict ?? null) && edit.record.items === 1;
  const waitsFor = isFree ? null : holderAtEnd(last, next);
  const item: Item = waitsFor === null ? next : { ...next, state: 'waiting', waitsFor };
  putItem(turn, item);
  putRecord(turn, edit, { visible: after(free, item), items: edit.record.items + 1 });
  return item.id;
}

/**
 * Who deletes a row gives up what they were asked about its fields. So does who makes it anew: what is entered now belongs to the
 * new row, and the old one has nothing left to ask about.
 */
function settledFirst(turn: Turn, edit: CheckedEdit): CheckedEdit {
  const { conflict, entityType, entityId } = edit.record;
  if (conflict === null || edit.action === 'UPDATE') return edit;
  giveUpQuestion(turn, entityOf(turn, edit.record));
  flushEntities(turn);
  return { ...edit, record: present(turn.get('records', [entityType, entityId]), 'a row with items has a record') };
}

/**
 * New values of disputed fields belong to the conflict alone and re-open its question; gives the edit without them, or
 * null when nothing else is left of it.
 */
function reopen(turn: Turn, edit: CheckedEdit, conflict: Conflict): CheckedEdit | null {
  if (edit.data === null || conflict.kind === 'delete') return edit;
  const named = new Set(conflict.fields.map((field) => field.name));
  const disputed = Object.keys(edit.data).filter((name) => named.has(unitOf(edit.type, name) ?? name));
  if (disputed.length === 0) return edit;
  const intent = { at: turn.at, after: null };
  const fields = conflict.fields.map((field): DisputedField => {
    const mine = valueFor(edit, field.name);
    return mine === undefined ? field : { ...field, mine, mineIntent: intent, mineStamp: null };
  });
  turn.put('conflicts', { ...conflict, fields });
  const visible = { ...edit.visible, ...edit.data };
  const data = Object.fromEntries(Object.entries(edit.data).filter(([name]) => !disputed.includes(name)));
  if (Object.keys(data).length > 0 || edit.device !== null) return { ...edit, data, visible };
  putRecord(turn, edit, { visible, items: edit.record.items });
  return null;
}

function valueFor(edit: CheckedEdit, name: string) {
  const unit = Object.hasOwn(edit.type.units, name) ? edit.type.units[name] : undefined;
  const data = edit.data ?? {};
  if (unit === undefined) return Object.hasOwn(data, name) ? data[name] : undefined;
  if (!unit.fields.some((field) => Object.hasOwn(data, field))) return undefined;
  return Object.fromEntries(unit.fields.map((field) => [field, data[field] ?? null]));
}

function newestItem(turn: Turn, record: RecordRow): Item | undefined {
  if (record.items === 0) return undefined;
  return turn.scan('items', {
    index: 'byEntity',
    prefix: [record.entityType, record.entityId],
    reverse: true,
    limit: 1,
  })[0];
}

function makeItem(turn: Turn, edit: CheckedEdit, grouping: Grouping | null): Item {
  const seq = turn.nextSeq();
  const { record, action, data, increments } = edit;
  return {
    id: turn.newId(),
    seq,
    place: seq,
    entityType: record.entityType,
    entityId: record.entityId,
    action,
    baseVersion: record.base?.version ?? null,
    revives: false,
    data,
    increments,
    intents: intentsOf(turn, edit),
    stamps: {},
    timestamp: turn.at.wallMs,
    before: beforeOf(edit),
    dependsOn: makersOf(turn, edit.parents),
    parents: edit.parents,
    group: grouping?.group ?? null,
    groupSize: grouping?.size ?? 0,
    ...unsent,
  };
}

/** When the fields are meant, and the newest stamp seen on them: a later write never loses to one it had seen. */
function intentsOf(turn: Turn, { action, data, record }: CheckedEdit): readonly FieldIntent[] {
  const fields = action === 'DELETE' ? [wholeRow] : Object.keys(data ?? {});
  if (fields.length === 0) return [];
  const seen = record.base?.stamps ?? {};
  const names = action === 'DELETE' ? Object.keys(seen) : fields;
  let after: Stamp | null = null;
  for (const name of names) {
    const stamp = Object.hasOwn(seen, name) ? (seen[name] ?? null) : null;
    if (compareStamps(stamp, after) > 0) after = stamp;
  }
  return [{ fields, at: turn.at, after }];
}

/** The values that undo brings back: of an update those it changes, of a delete all, of a create none. */
function beforeOf({ type, action, visible, data }: CheckedEdit): JsonObject | null {
  if (visible === null || action === 'CREATE') return null;
  if (action === 'DELETE') return visible;
  return Object.fromEntries(Object.keys(data ?? {}).map((name) => [name, fieldValue(type, visible, name)]));
}

/** The pending changes that make the rows referred to. */
function makersOf(turn: Turn, parents: readonly string[]): readonly ChangeId[] {
  return parents.flatMap((parent) => {
    const cut = parent.indexOf('/');
    const key = [parent.slice(0, cut), parent.slice(cut + 1)];
    const record = turn.get('records', key);
    if (record === undefined || record.items === 0) return [];
    const maker = turn.scan('items', { index: 'byEntity', prefix: key }).findLast(isRevival);
    return maker === undefined ? [] : [maker.id];
  });
}
