import type { RecordRow } from '../model/record.ts';
import { foldIntoBase } from '../queue/effect.ts';
import { type Entity, entityOf, flushEntities } from './entity.ts';
import { journal } from './journal.ts';
import type { Turn } from './turn.ts';

/**
 * Takes out of the chain the items whose effect the server row at `version` holds: those settled through `settled`,
 * which stayed only so that their value kept being shown. The base moves up to them, so that what follows is merged
 * against what the user knew.
 */
export function foldSettled(turn: Turn, entity: Entity, version: number): void {
  for (const item of entity.chain) {
    if (item.settledAt === null || item.settledAt > version) continue;
    const base = foldIntoBase(entity.record.base, item, {
      type: entity.type,
      version: item.settledAt,
      atMs: turn.at.wallMs,
    });
    entity.record = { ...entity.record, base };
    journal(turn, item, item.settledAt);
    entity.leave(item.id);
  }
}

/**
 * Ends the wait for rows that a whole pull did not bring: what was applied to them was deleted since, and purged. Only a device that
 * knew nothing of a row can miss its tombstone. Version 0 says that the server holds none: the row goes with its last change (entity.ts).
 */
export function endWaits(turn: Turn, types: readonly string[] | null): void {
  for (const stored of turn.scan('items', { index: 'byState', prefix: ['unsettled'] })) {
    if (stored.settledAt === null || types?.includes(stored.entityType) === false) continue;
    const entity = entityOf(turn, stored);
    const { base, theirs } = entity.record;
    // A row that this app can't read yet may have come all the same.
    const isAside = turn.get('aside', [stored.entityType, stored.entityId, 'user']) !== undefined;
    if (base !== null || theirs !== null || isAside) continue;
    foldSettled(turn, entity, Number.MAX_SAFE_INTEGER);
    const folded: RecordRow['base'] = entity.record.base;
    if (folded !== null) entity.record = { ...entity.record, base: { ...folded, version: 0 } };
  }
  flushEntities(turn);
}
