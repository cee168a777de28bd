import type { FinalStatus, Problem, Result, ServerRow } from '../protocol/messages.ts';
import { effectOf, foldIntoBase, isNewTo } from '../queue/effect.ts';
import type { Item } from '../queue/item.ts';
import { adopt, canAdopt } from './adopt.ts';
import { cancelRest } from './cancel.ts';
import { giveUpQuestion } from './conflicts.ts';
import type { Entity } from './entity.ts';
import { foldSuccessors, successors } from './fold.ts';
import { holdBack } from './hold.ts';
import { journal } from './journal.ts';
import { park } from './park.ts';
import { isUsable } from './quarantine.ts';
import { markSeen, mergeHeld, receive } from './receive.ts';
import { renewed } from './renew.ts';
import { decided, mergedVersion } from './resolutions.ts';
import { type MadeRow, onOwnRow, wentFurther } from './said-before.ts';
import type { Turn } from './turn.ts';

/** Where a verdict came from: the answer to the item's own push, or `settled` of a pull. */
export type Source = 'push' | 'settled';

/** The final status that a result stands for, or null when it settles nothing. */
export function finalOf(result: Result): FinalStatus | null {
  if (result.status === 'retry') return null;
  if (result.status === 'duplicate') return result.first ?? null;
  return result.status;
}

/**
 * The verdict on a change that clashed and was decided about, by a life whose commits are lost: it has its effect at that version, as
 * one that was applied. Decided anew it would go over what was written upon the decision. A group is pushed again whole.
 */
export function asDecided(result: Result, { group }: Pick<Item, 'group'>): Result {
  const { resolved, problem: _problem, first: _first, ...rest } = result;
  if (resolved === undefined || group !== null || finalOf(result) !== 'conflict') return result;
  return { ...rest, status: 'applied', version: resolved };
}

/** Settles one item by the server's verdict on it. The entity must hold the item. */
export function settle(
  turn: Turn,
  entity: Entity,
  item: Item,
  verdict: { readonly result: Result; readonly status: FinalStatus; readonly source: Source },
): void {
  const { result, status } = verdict;
  turn.update({ holds: without(turn.state.holds, item.id) });
  if (status === 'applied') settleApplied(turn, entity, item, verdict);
  else if (status === 'conflict') settleConflict(turn, entity, item, verdict);
  else settleRejected(turn, entity, item, result);
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!Object.hasOwn(record, key)) return record;
  const { [key]: _gone, ...rest } = record;
  return rest;
}

/** The change has its effect: it leaves the queue, its value is part of the base. */
function settleApplied(
  turn: Turn,
  entity: Entity,
  item: Item,
  { result, source }: { readonly result: Result; readonly source: Source },
): void {
  const version = result.version ?? result.row?.version ?? item.baseVersion ?? 0;
  if (effectOf(item).deletes) giveUpQuestion(turn, entity);
  if (source === 'settled' && version > (entity.record.base?.version ?? 0)) {
    entity.set({ ...item, error: null, waitsFor: null, state: 'unsettled', settledAt: version });
    mergeHeld(turn, entity);
    return;
  }
  if (isNewTo(entity.record.base, version)) {
    const base = foldIntoBase(entity.record.base, item, {
      type: entity.type,
      version,
      atMs: Math.floor(turn.serverNow()),
    });
    entity.record = { ...entity.record, base, lastSyncedAt: turn.at.wallMs };
    markSeen(turn, entity);
  }
  journal(turn, item, version);
  entity.leave(item.id);
  turn.count('acknowledged');
  // The row that waited for this verdict may be all that says what a base put together here lacks.
  if (source === 'settled') mergeHeld(turn, entity);
}

/** The change clashed on the server: it is merged with the current row here, and settled by a resolution. */
function settleConflict(
  turn: Turn,
  entity: Entity,
  item: Item,
  { result, source }: { readonly result: Result; readonly source: Source },
): void {
  const held: Item = { ...item, verdict: 'conflict', waitsFor: null };
  if (result.problem?.code === 'key_exists') {
    if (result.row !== undefined) settleKey(turn, entity, item, { row: result.row, problem: result.problem });
    // Asked about again, the server would have told of the row that holds the key.
    else if (source === 'push' && result.status === 'duplicate') settleFreeKey(turn, entity, held, result.problem);
    // Without the other row (as in `settled`) nothing can be adopted: pushed again, the answer brings it.
    else if (item.state === 'inFlight') holdBack(turn, entity, item);
    return;
  }
  if (item.group !== null) {
    entity.set({ ...held, state: 'conflict' });
    return;
  }
  // With no row to be merged with, nothing can be decided: pushed again, the answer brings it, or says that it is gone.
  if (source === 'settled' && result.row === undefined && knowsNoRow(turn, entity)) return;
  // Deleted and made anew here: where the old row is gone already, the new one only has to be made.
  if (item.revives && item.resolution === null && result.row?.deleted === true) {
    renewed(turn, entity, held, { detail: 'the row it replaces is gone' });
    return;
  }
  const joined = foldSuccessors(turn, entity, { head: held });
  const isSaid = joined === held || held.data === null;
  const folded = isSaid ? joined : { ...joined, said: { data: held.data, stamps: held.stamps } };
  const effect = effectOf(folded);
  const data = effect.deletes ? null : effect.data;
  const decision = {
    outcome: effect.deletes ? ('delete' as const) : ('local' as const),
    data,
    stamps: allStamps(folded),
  };
  // The current row is merged right after this, with a version of its own; or it waits for another verdict.
  entity.set(decided(turn, folded, { ...decision, againstVersion: mergedVersion(entity, item.baseVersion ?? 0) }));
}

/** Whether the server is not known to have the row: version 0 stands for one that a full resync did not bring, or has not yet. */
function knowsNoRow(turn: Turn, { record: { base, theirs, seen } }: Entity): boolean {
  const { resync } = turn.meta('server');
  return theirs === null && (base === null || base.version === 0 || (resync !== null && seen !== resync.seen));
}

function allStamps(item: Item) {
  return item.resolution?.body.stamps ?? item.stamps;
}

/** Another row holds the natural key: a create adopts it, anything else waits for a person. */
function settleKey(
  turn: Turn,
  entity: Entity,
  item: Item,
  { row, problem }: { readonly row: ServerRow; readonly problem: Problem },
): void {
  const held: Item = { ...item, verdict: 'conflict', waitsFor: null };
  if (item.action !== 'CREATE') {
    park(turn, entity, held, problem);
  } else if (!canAdopt(turn, row)) {
    // The other row waits for a verdict: asked again later, the server answers the same.
    holdBack(turn, entity, item);
  } else {
    const create = foldSuccessors(turn, entity, { head: held });
    if (create.action !== 'DELETE') adopt(turn, entity, { create, row });
    else {
      turn.log('cancelled', {
        ...entity.key,
        changeId: item.id,
        kept: item.data,
        detail: 'created and deleted here; the key is taken',
      });
      entity.leave(item.id);
      cancelRest(turn, entity, item);
    }
  }
}

/**
 * The row that held the natural key is gone for good: the verdict stands, so the change goes on under a new id. A server
 * that says so of each of them is not asked for ever.
 */
function settleFreeKey(turn: Turn, entity: Entity, held: Item, problem: Problem): void {
  if (held.group !== null) entity.set({ ...held, state: 'conflict' });
  else if (triesLeft(turn, held))
    renewed(turn, entity, held, { retryCount: held.retryCount + 1, detail: 'the row with the key is gone' });
  else park(turn, entity, held, problem);
}

/** Whether a change that needs a new id may have one more. */
function triesLeft(turn: Turn, item: Item): boolean {
  return item.retryCount < Math.max(1, turn.limits.maxRetries);
}

/** The change was refused: later edits of the row take it up under a new id, or it is parked with the reason. */
function settleRejected(turn: Turn, entity: Entity, item: Item, result: Result): void {
  const problem: Problem = result.problem ?? { code: 'invalid_change' };
  const held: Item = { ...item, verdict: 'rejected', waitsFor: null };
  const made = madeRow(turn, result.row);
  if (problem.code === 'id_reused' && wentFurther(turn, entity, item, made)) return;
  entity.set(held);
  // A new id settles a reused one. A server that finds each of them used is not asked for ever.
  if (problem.code === 'id_reused' && triesLeft(turn, item)) {
    const own = onOwnRow(turn, entity, held, made);
    markSeen(turn, entity);
    renewed(turn, entity, own, { retryCount: item.retryCount + 1, detail: problem.code });
    return;
  }
  const folding = { head: held, replaces: true };
  const next = item.group === null ? successors(turn, entity, folding) : [];
  if (next.length === 0) {
    park(turn, entity, held, problem);
    return;
  }
  const folded = foldSuccessors(turn, entity, folding);
  renewed(turn, entity, folded, { detail: `folded with later edits after ${problem.code}` });
}

function madeRow(turn: Turn, row: ServerRow | undefined): MadeRow | undefined {
  return row !== undefined && isUsable(turn, row) ? { ...row, changeId: row.origin.changeId } : undefined;
}

/** Takes the row that came with a verdict, then whatever waited for it. */
export function settleRow(turn: Turn, entity: Entity, result: Result): void {
  if (result.row !== undefined && result.row.entityId === entity.key.entityId) receive(turn, result.row);
  mergeHeld(turn, entity);
}
