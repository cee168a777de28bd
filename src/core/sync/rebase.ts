import { present } from '../../lib/assert.ts';
import { type Json, type JsonObject, sameJson } from '../../lib/json.ts';
import type { Stamp } from '../ids.ts';
import { type MergeEntry, type MergeResult, mergeRow } from '../merge/resolve.ts';
import type { BaseRow } from '../model/record.ts';
import { effectOf } from '../queue/effect.ts';
import type { Item } from '../queue/item.ts';
import { openConflict, refreshConflict } from './conflicts.ts';
import type { Entity } from './entity.ts';
import { concede, regroup } from './groups.ts';
import { meetDelete } from './meet-delete.ts';
import { localSide, type Meeting } from './meeting.ts';
import { wholeRow } from './own-stamps.ts';
import { decided } from './resolutions.ts';
import { withTaken } from './said-before.ts';
import { foldSettled } from './settled.ts';
import type { Turn } from './turn.ts';

/**
 * Makes a newer server version the base of a row and merges the pending change onto it (law 6). No item of the row may
 * be frozen. Afterwards what survives is pending on the new base, what a person must decide stands in the conflict
 * record, and an item of which nothing survives is to be settled by a resolution that keeps what was lost.
 */
export function rebase(turn: Turn, entity: Entity, theirs: BaseRow): void {
  foldSettled(turn, entity, theirs.version);
  const before = withTaken(turn, entity, theirs);
  const beforeStamps = entity.record.base?.stamps ?? {};
  const knownGone = isSameDelete(entity.record.base, theirs);
  entity.record = { ...entity.record, base: theirs, theirs: null, lastSyncedAt: turn.at.wallMs };
  const asked = entity.conflict === null ? undefined : entity.item(entity.conflict.changeId);
  refreshConflict(turn, entity, theirs);
  const open = openIn(entity);
  if (open.length === 0) return;
  const edits = meetDelete(turn, entity, { open, theirs, before, beforeStamps, knownGone });
  if (edits.length > 0) mergeEdits(turn, entity, { open: edits, theirs, before });
  if (asked !== undefined) freeGroup(turn, entity, asked);
}

/** The items that meet the newer row. What was made behind a delete that a person is asked about waits for the answer. */
function openIn(entity: Entity): readonly Item[] {
  const { chain, conflict } = entity;
  const isOwnDelete = conflict?.kind === 'delete' && conflict.deletedBy === 'mine';
  const end = isOwnDelete ? chain.findIndex((item) => isAsked(entity, item)) + 1 : chain.length;
  return chain
    .slice(0, end)
    .filter((item) => item.settledAt === null && (!isAsked(entity, item) || item.group !== null));
}

/** Whether both are one delete. Versions of another epoch tell nothing; the stamp of the delete does. */
function isSameDelete(known: BaseRow | null, theirs: BaseRow): boolean {
  if (!theirs.deleted || known?.deleted !== true) return false;
  const stamp = known.stamps[wholeRow];
  return (
    known.version === theirs.version ||
    (known.version === 0 && stamp !== undefined && stamp === theirs.stamps[wholeRow])
  );
}

/** Where the newer row took a member out of its group, and the question with it, the others wait for nobody any more. */
function freeGroup(turn: Turn, entity: Entity, asked: Item): void {
  const left = (entity.item(asked.id)?.group ?? null) === null;
  if (asked.group !== null && entity.conflict === null && left) regroup(turn, asked.group);
}

/** Whether a person is asked about this item: what is disputed stands in the conflict, and not in the item of a group. */
function isAsked(entity: Entity, item: Item): boolean {
  return item.id === entity.conflict?.changeId;
}

/** Merges the fields that pending items set onto the newer version. */
export function mergeEdits(
  turn: Turn,
  entity: Entity,
  { open, theirs, before }: Pick<Meeting, 'open' | 'theirs' | 'before'>,
): void {
  const { data, stamps } = theirs;
  if (data === null) return;
  const merge = (items: readonly Item[]): MergeResult =>
    mergeRow({
      type: entity.type,
      registry: turn.setting.registry,
      base: before,
      local: localSide(turn, entity, items),
      server: { data, stamps },
      simultaneityMs: turn.limits.simultaneityMs,
    });
  const result = merge(open);
  count(turn, result);
  const lastSetter = new Map(open.flatMap((item) => Object.keys(effectOf(item).data).map((field) => [field, item.id])));
  const saidAgain = before === null ? new Set<string>() : saidAgainIn(open, result);
  for (const [at, item] of open.entries()) {
    const upTo = () => merge(open.slice(0, at + 1));
    keepSurvivors(turn, entity, { item, result, theirs, lastSetter, saidAgain, upTo });
  }
  if (result.asks.length > 0)
    openConflict(turn, entity, { entries: result.asks, items: open, invalid: result.invalid !== null });
}

function count(turn: Turn, result: MergeResult): void {
  if (result.counts.clashes > 0) turn.count('clashes', result.counts.clashes);
  if (result.counts.lost > 0) turn.count('valuesLost', result.counts.lost);
  if (result.counts.asked > 0) turn.count('conflictsAsked', result.counts.asked);
}

interface Keeping {
  readonly item: Item;
  readonly result: MergeResult;
  readonly theirs: BaseRow;
  readonly lastSetter: ReadonlyMap<string, string>;
  /** Fields about which the edits go on as they were made. */
  readonly saidAgain: ReadonlySet<string>;
  /** The merge of the edits up to this one alone. */
  readonly upTo: () => MergeResult;
}

/** One item after the merge: with the fields of it that survive, or to be settled when none does. */
function keepSurvivors(turn: Turn, entity: Entity, keeping: Keeping): void {
  const { item, result, theirs, saidAgain } = keeping;
  const mine = effectOf(item).data;
  if (Object.keys(mine).length === 0) {
    meetEmpty(turn, entity, item, theirs.version);
    return;
  }
  const data: Record<string, Json> = {};
  const lost: Record<string, Json> = {};
  for (const field of Object.keys(mine)) {
    const entry = present(entryOf(result, field), 'every field of the change was merged');
    if (Object.hasOwn(result.data, field)) data[field] = valueAfter(keeping, mine, { field, entry });
    else if (entry.outcome === 'server' && entry.clash) lost[field] = mine[field] as Json;
    else if (saidAgain.has(field) && item.resolution === null) data[field] = mine[field] as Json;
  }
  const asked = result.asks.some((entry) => entry.fields.some((field) => Object.hasOwn(mine, field)));
  const unchanged = sameJson(data, mine) && item.resolution === null && item.action === 'UPDATE';
  if (unchanged) return;
  if (Object.keys(lost).length > 0)
    turn.log('lost', { ...entity.key, changeId: item.id, kept: lost, detail: 'the server value won the clash' });
  const nothing = Object.keys(data).length === 0 && !isAsked(entity, item);
  // A disputed field keeps the item as the conflict's own change: openConflict takes it from here.
  if (nothing && !asked && item.resolution === null)
    concede(turn, entity, item, { lost, againstVersion: theirs.version });
  else entity.set(survivor(turn, item, { data, lost, result, theirs }));
}

/** What an item sets once it was merged: the newest edit of a field carries the outcome, the earlier ones what was theirs. */
function valueAfter({ item, result, lastSetter, upTo }: Keeping, mine: JsonObject, { field, entry }: Merged): Json {
  if (lastSetter.get(field) === item.id) return result.data[field] as Json;
  // What others added to a set belongs to an earlier edit as well: the later one may never take effect.
  const own = entry.outcome === 'merged' ? upTo().data : mine;
  return (Object.hasOwn(own, field) ? own : mine)[field] as Json;
}

interface Merged {
  readonly field: string;
  readonly entry: MergeEntry;
}

/**
 * Fields that stayed as they were on the server, end here as they are there, and are set by a group. There is nothing to merge; left out
 * of the group, what was meant as one would take effect in part. So all edits of such a field go on as they were made.
 */
function saidAgainIn(open: readonly Item[], { entries }: MergeResult): ReadonlySet<string> {
  const same = entries.filter(({ outcome, base, server }) => outcome === 'same' && sameJson(server, base));
  const members = open.filter(({ group }) => group !== null);
  const sets = (field: string): boolean => members.some((item) => Object.hasOwn(effectOf(item).data, field));
  return new Set(same.flatMap(({ fields }) => (fields.some(sets) ? fields : [])));
}

/** A create that sets nothing is done: the row exists. So is a decision of which nothing is left to write. */
function meetEmpty(turn: Turn, entity: Entity, item: Item, againstVersion: number): void {
  if (item.increments !== null || isAsked(entity, item)) return;
  if (item.resolution !== null)
    entity.set(decided(turn, item, { outcome: 'server', lost: item.resolution.body.lost ?? {}, againstVersion }));
  else if (item.action === 'CREATE') concede(turn, entity, item, { againstVersion });
}

interface Survival {
  readonly data: JsonObject;
  readonly lost: JsonObject;
  readonly result: MergeResult;
  readonly theirs: BaseRow;
}

function survivor(turn: Turn, item: Item, { data, lost, result, theirs }: Survival): Item {
  const nothing = Object.keys(data).length === 0;
  if (item.resolution !== null) {
    const merged = result.entries.some((entry) => entry.outcome === 'merged');
    const stamps = pickStamps(result, data);
    const kept = { ...(item.resolution.body.lost ?? {}), ...lost };
    const outcome = nothing ? 'server' : merged ? 'merged' : 'local';
    return decided(turn, item, {
      outcome,
      data: nothing ? null : data,
      stamps,
      lost: kept,
      againstVersion: theirs.version,
    });
  }
  // The row exists on the server, so what began as a create goes on as an update.
  return { ...item, action: 'UPDATE', revives: false, data, baseVersion: theirs.version };
}

function pickStamps(result: MergeResult, data: JsonObject): Readonly<Record<string, Stamp>> {
  return Object.fromEntries(Object.entries(result.stamps).filter(([field]) => Object.hasOwn(data, field)));
}

function entryOf(result: MergeResult, field: string): MergeEntry | undefined {
  return result.entries.find((entry) => entry.fields.includes(field));
}
