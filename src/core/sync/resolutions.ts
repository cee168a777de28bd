import type { JsonObject } from '../../lib/json.ts';
import type { Stamp } from '../ids.ts';
import type { Resolution } from '../protocol/messages.ts';
import type { Item, PendingResolution } from '../queue/item.ts';
import type { Entity } from './entity.ts';
import type { Turn } from './turn.ts';

/**
 * The newest version that a decision may speak of: the base, unless that was put together here from an own change. The server's row
 * of such a version may hold what nobody here has seen; then what was known before counts.
 */
export function mergedVersion(entity: Entity, before: number): number {
  const { base } = entity.record;
  if (base === null) return 0;
  return base.folded ? Math.min(before, base.version) : base.version;
}

/** What a decision about an item says. */
export interface Decided {
  readonly outcome: Resolution['outcome'];
  readonly data?: JsonObject | null;
  readonly stamps?: Readonly<Record<string, Stamp>>;
  readonly lost?: JsonObject;
  readonly againstVersion: number;
}

/** The item with a decision to be sent under a new id. Increments of the change go along, to be applied once. */
export function decided(turn: Turn, item: Item, decision: Decided): Item {
  const body: Resolution = {
    id: turn.newId(),
    changeId: item.id,
    entityType: item.entityType,
    entityId: item.entityId,
    againstVersion: decision.againstVersion,
    outcome: decision.outcome,
    data: decision.data ?? null,
    stamps: decision.stamps ?? {},
    ...(item.increments === null ? {} : { increments: item.increments }),
    ...(decision.lost === undefined || Object.keys(decision.lost).length === 0 ? {} : { lost: decision.lost }),
  };
  return withResolution(item, { body, sent: false, then: 'leave' });
}

/** The item with the wish that the server never applies it, and what happens once that is certain. */
export function withdrawn(turn: Turn, item: Item, then: PendingResolution['then']): Item {
  const decision: Decided = { outcome: 'withdraw', againstVersion: item.baseVersion ?? 0 };
  const out = decided(turn, { ...item, increments: null }, decision);
  return {
    ...out,
    increments: item.increments,
    resolution: { body: (out.resolution as PendingResolution).body, sent: false, then },
  };
}

function withResolution(item: Item, resolution: PendingResolution): Item {
  return { ...item, resolution, state: 'pending', waitsFor: null, error: null, nextAttemptAt: null };
}
