import { brandId, type Epoch } from '../core/ids.ts';
import { defaultLimits, type Limits } from '../core/limits.ts';
import type { Random } from '../ports/random.ts';
import type { AsyncStore } from './store/async-store.ts';
import type { PurgeBefore, Purged, ServerStore } from './store/store.ts';

/** An epoch that no server had before. */
export function drawEpoch(random: Random): Epoch {
  return brandId<Epoch>(random.seed().slice(0, 16));
}

/** Starts another lineage over the data as it is, as after a restore. Every device then pulls everything anew. */
export function raiseEpoch(store: ServerStore, random: Random): Epoch {
  const epoch = drawEpoch(random);
  store.write(() => store.setEpoch(epoch));
  return epoch;
}

/** The same on any store. */
export async function raiseEpochAsync(store: AsyncStore, random: Random): Promise<Epoch> {
  const epoch = drawEpoch(random);
  await store.setEpoch(epoch);
  return epoch;
}

/** How long what is gone, or has been followed by newer versions, is remembered. */
export interface PurgeLimits extends Partial<Pick<Limits, 'tombstoneMs' | 'deviceForgottenMs'>> {
  /** Versions that newer ones followed are forgotten after this long. Absent or null: never. */
  readonly historyMs?: number | null;
  /** At most so many lines of the history are looked at. Absent: all. */
  readonly historyLines?: number;
}

/**
 * Forgets what has been kept long enough: tombstones after `tombstoneMs`, devices unseen for `deviceForgottenMs` and their
 * results. A `tombstoneMs` of 0 forgets every tombstone written before now.
 */
export function purgeStore(store: ServerStore, nowMs: number, limits: PurgeLimits = {}): Purged {
  return store.write(() => store.purge(purgeBefore(nowMs, limits)));
}

/** The same on any store, user by user. */
export function purgeAsync(store: AsyncStore, nowMs: number, limits: PurgeLimits = {}): Promise<Purged> {
  return store.purge(purgeBefore(nowMs, limits));
}

function purgeBefore(nowMs: number, limits: PurgeLimits): PurgeBefore {
  const { tombstoneMs, deviceForgottenMs, historyMs = null, historyLines } = { ...defaultLimits, ...limits };
  return {
    tombstonesBeforeMs: nowMs - tombstoneMs,
    devicesBeforeMs: nowMs - deviceForgottenMs,
    ...(historyMs === null ? {} : { historyBeforeMs: nowMs - historyMs }),
    ...(historyLines === undefined ? {} : { historyLines }),
  };
}
