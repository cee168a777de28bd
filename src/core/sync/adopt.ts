import type { JsonObject } from '../../lib/json.ts';
import { type ChangeId, type EntityKey, keyText, type Stamp } from '../ids.ts';
import type { BaseRow } from '../model/record.ts';
import type { EntityType } from '../model/registry.ts';
import type { ServerRow } from '../protocol/messages.ts';
import { applyEffect } from '../queue/effect.ts';
import { asNew, type Item } from '../queue/item.ts';
import { isFrozen } from '../queue/order.ts';
import { blankRecord, type Entity, entityOf, referringTo } from './entity.ts';
import { meetDelete } from './meet-delete.ts';
import { localSide, type Meeting } from './meeting.ts';
import { mergeEdits } from './rebase.ts';
import { receive } from './receive.ts';
import { renewed } from './renew.ts';
import { withdrawn } from './resolutions.ts';
import { baseData } from './shown.ts';
import type { Turn } from './turn.ts';

/** Whether a taken natural key can be adopted now: no item of the server's row is without its verdict. */
export function canAdopt(turn: Turn, row: ServerRow): boolean {
  return !entityOf(turn, row).frozen;
}

/**
 * The server knows this row under another id: in one transaction the id becomes an alias, the create an update of the
 * server's row behind that row's own items, and the children point at it. `create` is the clashed CREATE with all later
 * edits folded in; `rest` are the edits that could not be folded.
 */
export function adopt(
  turn: Turn,
  entity: Entity,
  { create, row }: { readonly create: Item; readonly row: ServerRow },
): void {
  receive(turn, row);
  const target = entityOf(turn, row);
  const from = entity.key;
  turn.put('aliases', { entityType: from.entityType, fromId: from.entityId, toId: row.entityId });
  turn.log('adopted', {
    ...from,
    changeId: create.id,
    kept: create.data,
    detail: `the server knows it as ${row.entityId}`,
  });
  const theirs = asQueued(turn, target);
  const rest = entity.chain.filter((item) => item.id !== create.id);
  const seq = turn.nextSeq();
  const update: Item = {
    ...asNew(create, { id: turn.newId(), seq }),
    entityId: row.entityId,
    place: seq,
    action: 'UPDATE',
    baseVersion: row.version,
  };
  // A member of a group goes on with its group, which is pushed again whole.
  const grouped =
    create.group === null ? update : { ...update, verdict: 'conflict' as const, state: 'conflict' as const };
  target.set(grouped);
  // Behind the update, as they were made: their old places lie before it.
  for (const item of rest) {
    turn.moved.add(item.id);
    target.set({ ...item, entityId: row.entityId, place: turn.nextSeq() });
  }
  entity.chain = [];
  if (entity.record.device !== null)
    target.record = { ...target.record, device: { ...target.record.device, ...entity.record.device } };
  entity.record = blankRecord(from, entity.record.era);
  turn.log('replaced', { ...from, changeId: create.id, by: update.id, kept: create.data, detail: 'adopted' });
  repoint(turn, { from, to: target.key, change: { from: create.id, to: update.id } });
  // What is on the wire keeps its body until its verdict.
  const moved = new Set(rest.filter((item) => !isFrozen(item)).map(({ id }) => id));
  const open = [grouped, ...target.chain.filter(({ id }) => moved.has(id))];
  if (theirs !== null) mergeAdopted(turn, target, { open, theirs });
}

/**
 * The server's row with what is queued for it here: the adopted edits come behind that, and may not take it back unseen.
 * Null when no such row is held.
 */
function asQueued(turn: Turn, target: Entity): BaseRow | null {
  const { base } = target.record;
  const own = target.chain.filter((item) => item.id !== target.conflict?.changeId);
  if (base === null || own.length === 0) return base;
  const start = baseData(target.record);
  const data = own.reduce((row, item) => applyEffect(row, item, target.type), start);
  if (data === null) return base;
  const { stamps } = localSide(turn, target, own);
  const given = Object.entries(stamps).filter((entry): entry is [string, Stamp] => entry[1] !== null);
  return { ...base, deleted: false, data, stamps: { ...base.stamps, ...Object.fromEntries(given) } };
}

/** The adopted edits meet the server's row without a common base: what the user did not set never wins. */
function mergeAdopted(turn: Turn, target: Entity, { open, theirs }: Pick<Meeting, 'open' | 'theirs'>): void {
  const edits = meetDelete(turn, target, { open, theirs, before: null, beforeStamps: {}, knownGone: false });
  if (edits.length > 0) mergeEdits(turn, target, { open: edits, theirs, before: null });
}

interface Repointing {
  readonly from: EntityKey;
  readonly to: EntityKey;
  readonly change: { readonly from: ChangeId; readonly to: ChangeId };
}

/** Points the queued children of a row at its new id: at once when unsent, under new ids or after a withdrawal else. */
function repoint(turn: Turn, pointing: Repointing): void {
  for (const { entity: child, item } of referringTo(turn, pointing.from)) {
    if (isFrozen(item)) child.set(withdrawn(turn, item, 'renew'));
    else if (item.sent)
      renewed(turn, child, item, { ...repointed(turn, child, item, pointing), detail: 'its parent has another id' });
    else child.set({ ...item, ...repointed(turn, child, item, pointing) });
  }
}

function repointed(turn: Turn, child: Entity, item: Item, { from, to, change }: Repointing): Partial<Item> {
  const data = item.data === null ? null : { ...item.data };
  for (const { field, entityType } of turn.type(child.key.entityType).references) {
    if (data !== null && entityType === from.entityType && data[field] === from.entityId) data[field] = to.entityId;
  }
  return {
    data,
    parents: item.parents.map((parent) => (parent === keyText(from) ? keyText(to) : parent)),
    dependsOn: item.dependsOn.map((id) => (id === change.from ? change.to : id)),
    waitsFor: item.waitsFor === change.from ? change.to : item.waitsFor,
  };
}

/** The rows that data refers to, as texts. */
export function parentsOf(type: EntityType, data: JsonObject): readonly string[] {
  return type.references.flatMap(({ field, entityType }) => {
    const id = data[field];
    return typeof id === 'string' ? [keyText({ entityType, entityId: id })] : [];
  });
}
