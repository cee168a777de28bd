import { unreachable } from '../../lib/assert.ts';
import { type Json, type JsonObject, sameJson } from '../../lib/json.ts';
import type { ChangeId, Stamp } from '../ids.ts';
import type { Choice, Conflict } from '../merge/conflict.ts';
import { settableFields } from '../model/registry.ts';
import { validateMergedRow, validateSet } from '../model/validate.ts';
import type { Problem } from '../protocol/messages.ts';
import { effectOf } from '../queue/effect.ts';
import { type Item, joinIntents } from '../queue/item.ts';
import { isFrozen } from '../queue/order.ts';
import { cancelRest } from './cancel.ts';
import { closeConflict } from './conflicts.ts';
import { type Entity, entityOf, membersOf } from './entity.ts';
import type { Decision, Edit } from './event.ts';
import { concede, goOnInGroup, regroup } from './groups.ts';
import { wholeData } from './meeting.ts';
import { renewed } from './renew.ts';
import { decided, withdrawn } from './resolutions.ts';
import { startResync } from './resync.ts';
import { baseData, disputedData } from './shown.ts';
import { freshStamp } from './stamping.ts';
import type { Turn } from './turn.ts';

/** What a person's decision comes to: done, refused, or an edit that has the wanted effect. */
export type Decided =
  | { readonly kind: 'done'; readonly entityId: string }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'edit'; readonly edit: Edit };

/** Carries out what a person decided about the queue or a conflict. Every effect is recorded and can be undone. */
export function decide(turn: Turn, decision: Decision): Decided {
  switch (decision.kind) {
    case 'choose':
      return choose(turn, decision.changeId, decision.choice);
    case 'undo':
      return undo(turn, decision.changeId);
    case 'retry':
      return retry(turn, decision.changeId);
    case 'drop':
      return drop(turn, decision.changeId);
    case 'repair':
      startResync(turn, 'repair');
      return { kind: 'done', entityId: '' };
    default:
      return unreachable(decision);
  }
}

function refused(code: string, detail: string): Decided {
  return { kind: 'refused', problem: { code, detail } };
}

function choose(turn: Turn, changeId: ChangeId, choice: Choice): Decided {
  const conflict = turn.get('conflicts', [changeId]);
  if (conflict === undefined) return refused('not_found', `There is no open conflict of change ${changeId}.`);
  const entity = entityOf(turn, conflict);
  if (conflict.kind === 'delete') return chooseDelete(turn, entity, { conflict, choice });
  const values = chosenValues(entity, conflict, choice);
  const problem =
    validateSet(entity.type, values.mine) ??
    validateMergedRow(entity.type, { ...baseData(entity.record), ...values.mine });
  if (problem !== null) return { kind: 'refused', problem: { ...problem } };
  const item = closeConflict(entity, conflict);
  turn.log('resolved', { ...entity.key, changeId, kept: values.lost, detail: choice.keep });
  if (item.group !== null)
    return regroupChosen(turn, entity, {
      item,
      mine: values.mine,
      disputed: Object.keys(disputedData(conflict, entity.type)),
    });
  const outcome = Object.keys(values.mine).length === 0 ? 'server' : choice.keep === 'mine' ? 'local' : 'merged';
  const data = outcome === 'server' ? null : values.mine;
  const stamps = data === null ? {} : freshStamps(turn, entity, Object.keys(data));
  entity.set(decided(turn, item, { outcome, data, stamps, lost: values.lost, againstVersion: conflict.theirsVersion }));
  return { kind: 'done', entityId: entity.key.entityId };
}

/** Values to write, as far as they differ from the server's, and local values that do not survive the choice. */
function chosenValues(
  entity: Entity,
  conflict: Conflict,
  choice: Choice,
): { readonly mine: JsonObject; readonly lost: JsonObject } {
  const local = disputedData(conflict, entity.type);
  if (choice.keep === 'mine') return { mine: local, lost: {} };
  if (choice.keep === 'theirs') return { mine: {}, lost: local };
  const server = baseData(entity.record) ?? {};
  const written = Object.entries(choice.values).filter(([name, value]) => !sameJson(value, server[name]));
  const lost = Object.entries(local).filter(([name, value]) => !sameJson(value, choice.values[name]));
  return { mine: Object.fromEntries(written), lost: Object.fromEntries(lost) };
}

/** A group goes again whole: the member keeps the chosen values, and the group moves when no member is disputed. */
function regroupChosen(
  turn: Turn,
  entity: Entity,
  { item, mine, disputed }: { readonly item: Item; readonly mine: JsonObject; readonly disputed: readonly string[] },
): Decided {
  const kept = Object.entries(item.data ?? {}).filter(([name]) => !disputed.includes(name));
  const data: JsonObject = { ...Object.fromEntries(kept), ...mine };
  const intents = joinIntents(item.intents, [{ fields: Object.keys(mine), at: turn.at, after: null }]);
  goOnInGroup(turn, entity, { ...item, data, intents });
  return { kind: 'done', entityId: entity.key.entityId };
}

function chooseDelete(
  turn: Turn,
  entity: Entity,
  { conflict, choice }: { readonly conflict: Conflict; readonly choice: Choice },
): Decided {
  if (choice.keep === 'merge')
    return refused('invalid_change', 'A delete can be kept or given up, not merged: choose mine or theirs.');
  const shown = entity.visible();
  const item = closeConflict(entity, conflict);
  turn.log('resolved', { ...entity.key, changeId: item.id, kept: item.data, detail: `${choice.keep} (delete)` });
  const againstVersion = conflict.theirsVersion;
  if (choice.keep === 'theirs') {
    const lost = conflict.deletedBy === 'theirs' ? effectOf(item).data : {};
    concede(turn, entity, item, { lost, againstVersion });
    if (conflict.deletedBy === 'theirs') settleRest(turn, entity, { head: item, againstVersion });
    if (item.group !== null) regroup(turn, item.group);
  } else if (item.group !== null) {
    keepInGroup(turn, entity, { item, shown: conflict.deletedBy === 'theirs' ? shown : null });
  } else if (conflict.deletedBy === 'mine') {
    entity.set(decided(turn, item, { outcome: 'delete', stamps: freshStamps(turn, entity, ['*']), againstVersion }));
  } else {
    const data = wholeData(entity, { ...shown, ...(item.data ?? {}) });
    const stamps = freshStamps(turn, entity, Object.keys(data));
    entity.set(decided(turn, { ...item, revives: true }, { outcome: 'local', data, stamps, againstVersion }));
  }
  return { kind: 'done', entityId: entity.key.entityId };
}

/** A member of a group that is kept goes on with the others: as the delete it was, or, to bring a deleted row back, as it was `shown`. */
function keepInGroup(
  turn: Turn,
  entity: Entity,
  { item, shown }: { readonly item: Item; readonly shown: JsonObject | null },
): void {
  const { base } = entity.record;
  const going: Item = { ...item, baseVersion: base?.version ?? null, state: item.sent ? 'conflict' : 'pending' };
  const data = shown === null ? null : wholeData(entity, { ...shown, ...(item.data ?? {}) });
  const fields = data === null ? ['*'] : Object.keys(data);
  const meant = { intents: [{ fields, at: turn.at, after: null }], stamps: {} };
  entity.set(data === null ? { ...going, ...meant } : { ...going, ...meant, action: 'CREATE', revives: true, data });
  regroup(turn, item.group as string);
}

/** Later edits of a row that stays deleted lose with the first one. */
function settleRest(
  turn: Turn,
  entity: Entity,
  { head, againstVersion }: { readonly head: Item; readonly againstVersion: number },
): void {
  for (const item of entity.chain) {
    if (item.id === head.id || isFrozen(item)) continue;
    concede(turn, entity, item, { lost: effectOf(item).data, againstVersion });
    if (item.group !== null && item.group !== head.group) regroup(turn, item.group);
  }
}

/** A person's choice is an intent of now: it gets a new stamp. */
function freshStamps(turn: Turn, entity: Entity, fields: readonly string[]): Readonly<Record<string, Stamp>> {
  const stamp = freshStamp(turn, entity, fields);
  return Object.fromEntries(fields.map((field) => [field, stamp]));
}

function undo(turn: Turn, changeId: ChangeId): Decided {
  const queued = turn.get('items', [changeId]);
  if (queued !== undefined && !queued.sent && queued.resolution === null && queued.group === null)
    return takeBack(turn, queued);
  if (queued !== undefined && queued.state === 'conflict') return choose(turn, changeId, { keep: 'theirs' });
  const done = queued ?? turn.get('journal', [changeId])?.item;
  if (done === undefined) return refused('not_found', `There is no change ${changeId} on this device.`);
  const edit = inverseOf(turn, done);
  return edit === null
    ? refused('invalid_change', `Change ${changeId} has nothing to take back.`)
    : { kind: 'edit', edit };
}

function takeBack(turn: Turn, item: Item): Decided {
  const entity = entityOf(turn, item);
  turn.log('undone', { ...entity.key, changeId: item.id, kept: item.data, detail: item.action });
  if (entity.conflict?.changeId === item.id) entity.conflict = null;
  entity.leave(item.id);
  if (item.action === 'CREATE') cancelRest(turn, entity, item);
  return { kind: 'done', entityId: entity.key.entityId };
}

/** The edit that brings back what was there before a change. */
function inverseOf(turn: Turn, item: Item): Edit | null {
  const key = { entityType: item.entityType, entityId: item.entityId };
  if (item.action === 'CREATE') return { action: 'delete', ...key };
  if (item.action === 'DELETE') {
    if (item.before === null) return null;
    const before = item.before;
    const fields = settableFields(turn.type(item.entityType)).filter((name) => Object.hasOwn(before, name));
    return { action: 'create', ...key, data: Object.fromEntries(fields.map((name) => [name, before[name] as Json])) };
  }
  if (item.increments !== null) {
    const add = Object.fromEntries(Object.entries(item.increments).map(([name, by]) => [name, -by]));
    return { action: 'update', ...key, add };
  }
  return item.before === null ? null : { action: 'update', ...key, set: item.before };
}

function retry(turn: Turn, changeId: ChangeId): Decided {
  const item = turn.get('items', [changeId]);
  if (item === undefined) return refused('not_found', `There is no item ${changeId} in the queue.`);
  if (item.state !== 'parked' && item.state !== 'failed')
    return refused('invalid_change', `Item ${changeId} is ${item.state}: nothing to retry.`);
  const members = item.group === null ? [{ entity: entityOf(turn, item), item }] : membersOf(turn, item.group);
  for (const { entity, item: member } of members) {
    // Without a verdict the body is frozen: the same id goes again. A refused id is spent: the change takes a new one.
    const fresh = { retryCount: 0, error: null, nextAttemptAt: null, waitsFor: null };
    if (isFrozen(member)) entity.set({ ...member, ...fresh, state: 'unsettled' });
    else if (member.sent) renewed(turn, entity, member, { detail: 'tried again by a person' });
    else entity.set({ ...member, ...fresh, state: 'pending' });
  }
  return { kind: 'done', entityId: item.entityId };
}

function drop(turn: Turn, changeId: ChangeId): Decided {
  const stored = turn.get('items', [changeId]);
  if (stored === undefined) return refused('not_found', `There is no item ${changeId} in the queue.`);
  if (stored.state === 'inFlight')
    return refused('in_progress', `Item ${changeId} is being sent: drop it after its answer.`);
  const members =
    stored.group === null ? [{ entity: entityOf(turn, stored), item: stored }] : membersOf(turn, stored.group);
  if (members.some(({ item }) => item.resolution?.sent === true))
    return refused('in_progress', `A decision about item ${changeId} is with the server: drop it after the answer.`);
  for (const { entity, item } of members) {
    if (isFrozen(item)) entity.set(withdrawn(turn, item, 'drop'));
    else dropNow(turn, entity, item);
  }
  return { kind: 'done', entityId: stored.entityId };
}

/** Takes an item out into the log, with what hangs on the row it would have made. */
export function dropNow(turn: Turn, entity: Entity, item: Item): void {
  turn.log('dropped', { ...entity.key, changeId: item.id, kept: item.data ?? item.increments, detail: item.action });
  if (entity.conflict?.changeId === item.id) entity.conflict = null;
  entity.leave(item.id);
  const { base } = entity.record;
  if (item.action === 'CREATE' && (base === null || base.deleted)) cancelRest(turn, entity, item);
}
