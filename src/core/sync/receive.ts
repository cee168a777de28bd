import { sameJson } from '../../lib/json.ts';
import type { BaseRow } from '../model/record.ts';
import type { ServerRow } from '../protocol/messages.ts';
import { type Entity, entityOf } from './entity.ts';
import { isUsable } from './quarantine.ts';
import { rebase } from './rebase.ts';
import { isOwnRow } from './said-before.ts';
import type { Turn } from './turn.ts';

/**
 * Takes a row of any answer into the device. Only a version above the one held in the same lineage counts. A clean row
 * is replaced, a pending one rebased; while an item of the row is frozen the row is kept as `theirs` until its verdict.
 * Gives whether anything changed.
 */
export function receive(turn: Turn, row: ServerRow): boolean {
  if (!isUsable(turn, row)) {
    keepHeld(turn, row);
    return false;
  }
  const entity = entityOf(turn, { entityType: row.entityType, entityId: row.entityId });
  startEra(turn, entity);
  markSeen(turn, entity);
  const part = {
    version: row.version,
    deleted: row.deleted,
    data: row.data,
    stamps: row.stamps,
    updatedAt: row.updatedAt,
    folded: false,
  };
  if (row.part === 'catalogue') return receiveCatalogue(entity, part);
  if (!isNews(entity, part) || isEcho(entity, part)) return false;
  // The server has a row of its own under an id that was an alias here: the id names that row from now on.
  if (!part.deleted && turn.hasAliases() && turn.get('aliases', [row.entityType, row.entityId]) !== undefined)
    turn.remove('aliases', [row.entityType, row.entityId]);
  if (entity.frozen) entity.record = { ...entity.record, theirs: { ...part, changeId: row.origin.changeId } };
  else if (!isOwnRow(turn, entity, { ...row, changeId: row.origin.changeId })) rebase(turn, entity, part);
  return true;
}

/** A full resync that brings a row which can't be used has seen it all the same: the version held here stays. */
function keepHeld(turn: Turn, { entityType, entityId }: ServerRow): void {
  if (turn.meta('server').resync === null || !turn.setting.registry.types.has(entityType)) return;
  if (turn.get('records', [entityType, entityId]) === undefined) return;
  const entity = entityOf(turn, { entityType, entityId });
  startEra(turn, entity);
  markSeen(turn, entity);
}

function receiveCatalogue(entity: Entity, part: BaseRow): boolean {
  const { record } = entity;
  if (record.catalogue !== null && part.version <= record.catalogue.version) return false;
  entity.record = { ...record, catalogue: part };
  return true;
}

/** A version above the held one, or the server's own row for one that was put together here. */
function isNews(entity: Entity, part: BaseRow): boolean {
  const held = heldVersion(entity);
  return (
    part.version > held ||
    (part.version === held && entity.record.base?.folded === true && (entity.record.theirs?.version ?? 0) < held)
  );
}

/** The server's own row for one that was put together here from an acknowledged change, and says just the same. */
function isEcho({ record, chain }: Entity, part: BaseRow): boolean {
  const { base } = record;
  if (base === null || base.version !== part.version || chain.length > 0 || record.theirs !== null) return false;
  return base.deleted === part.deleted && sameJson(base.data, part.data) && sameJson(base.stamps, part.stamps);
}

/** The newest version of the user's part held here, merged or not; 0 when none is. */
function heldVersion(entity: Entity): number {
  const { base, theirs } = entity.record;
  return Math.max(base?.version ?? 0, theirs?.version ?? 0);
}

/**
 * Merges a version that waited for a verdict, once no item of the row is frozen any more. One that the verdict went
 * past is left: merging it would take the acknowledged change back until the next pull. So does one that is older than a change
 * whose row is still to come: what was edited upon that change would meet what the server had before it.
 */
export function mergeHeld(turn: Turn, entity: Entity): void {
  const { base, theirs } = entity.record;
  if (theirs === null || entity.frozen) return;
  if (entity.chain.some(({ settledAt }) => settledAt !== null && settledAt > theirs.version)) return;
  const { changeId, ...row } = theirs;
  if (theirs.version < (base?.version ?? 0)) entity.record = { ...entity.record, theirs: null };
  else if (changeId === undefined || !isOwnRow(turn, entity, { ...entity.key, ...row, part: 'user', changeId }))
    rebase(turn, entity, row);
}

/** A row of an earlier lineage starts anew: its versions mean nothing to the restored server. */
function startEra(turn: Turn, entity: Entity): void {
  const { era } = turn.meta('server');
  const { record } = entity;
  if (record.era === era) return;
  const base = record.base === null ? null : { ...record.base, version: 0 };
  const catalogue = record.catalogue === null ? null : { ...record.catalogue, version: 0 };
  entity.record = { ...record, era, base, catalogue, theirs: null };
}

/** Remembers that a full resync saw the row. */
export function markSeen(turn: Turn, entity: Entity): void {
  const { resync } = turn.meta('server');
  if (resync === null || entity.record.seen === resync.seen) return;
  entity.record = { ...entity.record, seen: resync.seen };
}
