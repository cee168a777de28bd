import { type JsonObject, sameJson } from '../../lib/json.ts';
import { parseStamp } from '../clock/stamp.ts';
import type { BaseRow } from '../model/record.ts';
import { fieldValue } from '../model/registry.ts';
import type { ServerRow } from '../protocol/messages.ts';
import { type Item, pickIntents } from '../queue/item.ts';
import { isFrozen } from '../queue/order.ts';
import type { Entity } from './entity.ts';
import { ownIn } from './own-stamps.ts';
import { foldSettled } from './settled.ts';
import { baseData } from './shown.ts';
import { stampsNow } from './stamping.ts';
import type { LogEntry } from './tables.ts';
import { isOlder } from './this-life.ts';
import type { Turn } from './turn.ts';

/** Log entries read at a time. */
const page = 500;

/** A server row with the change that made it, as it came or as it was held. */
export type MadeRow = Omit<ServerRow, 'origin'> & { readonly changeId: string };

/**
 * Gives a change whose id was used the row of the answer as its base, where that row is what this very change said before: a copy of
 * the device handed it over, or the device itself before it lost its last commits. The later body was made upon it, so it is no
 * clash. Any other row is left to the merge.
 */
export function onOwnRow(turn: Turn, entity: Entity, item: Item, row: MadeRow | undefined): Item {
  if (row === undefined || row.changeId !== item.id || row.part !== 'user' || row.data === null) return item;
  if (item.increments !== null || entity.frozen || !isNewest(turn, entity, row)) return item;
  const { data, version, deleted, stamps, updatedAt } = row;
  const bodies = joinings(turn, item).flatMap(({ kept }) => (kept === null ? [] : [kept]));
  if (!bodies.some((body) => holds(entity, { body, later: item.data ?? body, data }))) return rejoinedPart(turn, item);
  const base = { version, deleted, data, stamps, updatedAt, folded: false };
  foldSettled(turn, entity, version);
  entity.record = { ...entity.record, base, theirs: null, lastSyncedAt: turn.at.wallMs };
  return item.action === 'CREATE' ? { ...item, action: 'UPDATE' } : item;
}

/**
 * Meets a row that a change of this device's queue made, though it was never handed over here. What the change said before is what
 * it was made upon: the row is the base then, which the answer says. A later form of it, from before the device went
 * back to older data or of a copy, has taken its place.
 */
export function isOwnRow(turn: Turn, entity: Entity, row: MadeRow): boolean {
  const item = entity.chain.find(({ id }) => id === row.changeId);
  if (item === undefined || item.sent || entity.conflict !== null) return false;
  const own = onOwnRow(turn, entity, item, row);
  if (entity.record.base?.version === row.version) {
    entity.set(own);
    return true;
  }
  if (!wentFurther(turn, entity, item, row)) entity.set(own);
  return false;
}

/**
 * Takes a change out of the queue whose later form the server has, made before the device went back to older data, or by a copy of
 * it. The row is left to be taken after it. Gives whether it did.
 */
export function wentFurther(turn: Turn, entity: Entity, item: Item, row: MadeRow | undefined): boolean {
  if (row === undefined || row.changeId !== item.id || row.part !== 'user') return false;
  if (item.group !== null || item.increments !== null || item.resolution !== null) return false;
  if (!isNewest(turn, entity, row) || !saysMore(turn, entity, { item, row })) return false;
  const detail = 'the server has a later form of it';
  turn.log('replaced', { ...entity.key, changeId: item.id, by: item.id, kept: item.data, detail });
  entity.leave(item.id);
  return true;
}

/**
 * What of a change was set in this life, where the server has another form of it: that one is from before the device went back to
 * older data. What the older data say of the other fields is no newer than the server's.
 */
export function rejoinedPart(turn: Turn, item: Item): Item {
  const { rejoined, data } = item;
  if (rejoined === undefined || data === null || item.revives || item.resolution !== null || isFrozen(item))
    return item;
  const parts = Object.entries(data);
  const kept = Object.fromEntries(parts.filter(([name]) => !rejoined.includes(name)));
  if (Object.keys(kept).length === 0) return item;
  const detail = 'the server has a later form of it';
  turn.log('replaced', { ...keyOf(item), changeId: item.id, by: item.id, kept, detail });
  return {
    ...item,
    data: Object.fromEntries(parts.filter(([name]) => rejoined.includes(name))),
    intents: pickIntents(item.intents, (name) => rejoined.includes(name)),
  };
}

function keyOf({ entityType, entityId }: Item) {
  return { entityType, entityId };
}

/**
 * Whether the row has the change as it became later: nothing was ever joined into it here, or this life did not touch it and no field
 * of it is meant after the row's.
 */
function saysMore(turn: Turn, entity: Entity, { item, row }: { readonly item: Item; readonly row: MadeRow }): boolean {
  if (isRemembered(turn, item) && joinings(turn, item).length === 0) return true;
  if (!isOlder(turn, item) || item.rejoined !== undefined) return false;
  const stamps = stampsNow(turn, entity, item);
  return Object.keys(item.data ?? {}).every((field) => {
    const [mine, theirs] = [stamps[field], row.stamps[field]];
    if (mine === undefined || theirs === undefined) return row.deleted;
    // Each life estimates the server's time anew: the same moment may read a little later now.
    return parseStamp(mine).ms <= parseStamp(theirs).ms + turn.limits.simultaneityMs;
  });
}

/**
 * The live data of the base, with what the newer row has of edits that were handed over here. A decision about them took effect, and the
 * device lost that with its last commits: what was made upon those edits is no clash with them.
 */
export function withTaken(turn: Turn, { record, chain }: Entity, theirs: BaseRow): JsonObject | null {
  const before = baseData(record);
  const own = ownIn(theirs, turn.meta('device').deviceId);
  const taken = chain.flatMap((item) => {
    const decision = { data: item.resolution?.body.data ?? null, stamps: item.resolution?.body.stamps ?? {} };
    return [...(item.said === undefined ? [] : [item.said]), item, decision].flatMap(({ data, stamps }) =>
      Object.entries(data ?? {}).filter(([name]) => Object.hasOwn(own, name) && stamps[name] === own[name]),
    );
  });
  return taken.length === 0 ? before : { ...before, ...Object.fromEntries(taken) };
}

function isNewest(turn: Turn, { record }: Entity, { version, entityType, entityId }: MadeRow): boolean {
  if (record.era !== turn.meta('server').era || record.entityType !== entityType || record.entityId !== entityId)
    return false;
  return version > (record.base?.version ?? 0) && version >= (record.theirs?.version ?? 0);
}

/** Whether the server's row has, of the fields that the later body sets, what the earlier one made of them. */
function holds(
  entity: Entity,
  { body, later, data }: { readonly body: JsonObject; readonly later: JsonObject; readonly data: JsonObject },
): boolean {
  const known = { ...baseData(entity.record), ...body };
  return Object.keys(later).every((field) =>
    sameJson(fieldValue(entity.type, data, field), fieldValue(entity.type, known, field)),
  );
}

/** The joinings of later edits into the change, newest first: what it said before each. */
function joinings(turn: Turn, item: Item): readonly LogEntry[] {
  const found: LogEntry[] = [];
  for (let after: number | null = Number.MAX_SAFE_INTEGER; after !== null; ) {
    const entries: readonly LogEntry[] = turn.scan('log', { reverse: true, after: [after], limit: page });
    found.push(...entries.filter(({ kind, changeId }) => kind === 'coalesced' && changeId === item.id));
    after = entries.length < page ? null : (entries.at(-1)?.n ?? null);
  }
  return found;
}

/** Whether the log reaches back to the making of the change. */
function isRemembered(turn: Turn, item: Item): boolean {
  const [oldest] = turn.scan('log', { limit: 1 });
  return oldest === undefined || oldest.n <= 1 || oldest.atMs < item.timestamp;
}
