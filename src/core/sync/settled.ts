import { foldIntoBase } from '../queue/effect.ts';
import type { Entity } from './entity.ts';
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
