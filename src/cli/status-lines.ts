import type { Status } from '../core/sync/status.ts';
import { counted } from './counted.ts';
import { formatMoment, formatMomentOr } from './moment.ts';

/** What a device holds and waits for, as `name` and `value` pairs for a table. */
export function statusPairs(status: Status): readonly (readonly [name: string, value: string])[] {
  const { clockOffsetMs, nextAttemptAt } = status;
  return [
    ['device', `${status.deviceId}${status.registered ? '' : ' (not known to the server yet)'}`],
    ['user', status.userId ?? 'signed out'],
    ['state', status.synced ? 'synced' : status.phase],
    ['last synced', formatMomentOr(status.lastSyncedAt, 'never')],
    ['queue', queueText(status)],
    ['conflicts', String(status.conflicts)],
    ['quarantined', String(status.quarantined)],
    ['waits for', status.waitingFor ?? ''],
    ['next attempt', nextAttemptAt === null ? '' : formatMoment(nextAttemptAt)],
    ['clock', clockOffsetMs === null ? '' : `${Math.round(clockOffsetMs)} ms from the server's`],
  ];
}

/** `3 items: 2 pending, 1 parked` */
function queueText({ items }: Status): string {
  const states = Object.entries(items).filter(([, count]) => count > 0);
  const total = states.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return 'empty';
  return `${counted(total, 'item')}: ${states.map(([state, count]) => `${count} ${state}`).join(', ')}`;
}

/** What a person has to look at, one line each with the command that shows it. */
export function attentionLines(status: Status, file: string): readonly string[] {
  const { conflicts, items, quarantined } = status;
  const stuck = items.parked + items.failed;
  return [
    ...(conflicts > 0 ? [`${counted(conflicts, 'conflict')} to decide: guras-sync conflicts list ${file}`] : []),
    ...(stuck > 0 ? [`${counted(stuck, 'change')} refused or out of tries: guras-sync queue why ${file}`] : []),
    ...(quarantined > 0 ? [`${counted(quarantined, 'row')} of the server could not be used and are kept aside`] : []),
  ];
}
