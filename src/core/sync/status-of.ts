import { serverTimeOf } from '../clock/server-clock.ts';
import type { ItemState } from '../queue/item.ts';
import { itemStates } from '../queue/item.ts';
import { obstacle, phaseOf } from './phase.ts';
import { type Rows, readMeta } from './rows.ts';
import type { Status } from './status.ts';
import type { Turn } from './turn.ts';

/** The device at one moment. `turn` is a step that changes nothing. */
export function statusOf(turn: Turn, rows: Rows): Status {
  const items = Object.fromEntries(
    itemStates.map((state) => [state, rows.count('items', { index: 'byState', prefix: [state] })]),
  ) as Record<ItemState, number>;
  const conflicts = rows.count('conflicts');
  const quarantined = ['unknown-type', 'invalid']
    .map((reason) => rows.count('aside', { index: 'byReason', prefix: [reason] }))
    .reduce((sum, count) => sum + count, 0);
  const device = turn.meta('device');
  const server = turn.meta('server');
  const settled = Object.values(items).every((count) => count === 0) && conflicts === 0 && quarantined === 0;
  const { backoff } = turn.state;
  return {
    deviceId: device.deviceId,
    userId: device.userId,
    phase: phaseOf(turn),
    synced: settled && server.resync === null && server.pulledAcks === server.acks,
    lastSyncedAt: server.pulledWallMs,
    items,
    conflicts,
    quarantined,
    registered: device.registered,
    epoch: server.epoch,
    cursor: server.cursor,
    waitingFor: obstacle(turn) ?? backoff?.reason ?? null,
    nextAttemptAt: backoff === null ? null : turn.at.wallMs + Math.max(0, backoff.untilMonoMs - turn.at.monoMs),
    clockOffsetMs: clockOffset(turn),
    counts: readMeta(rows, 'counts') ?? {},
  };
}

/** Device clock minus estimated server clock, ms; null before the first contact. */
function clockOffset(turn: Turn): number | null {
  const clock = turn.meta('clock');
  return clock === null ? null : Math.round(turn.at.wallMs - serverTimeOf(clock, turn.at));
}
