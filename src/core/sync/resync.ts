import { sameJson } from '../../lib/json.ts';
import { brandId, type DeviceId } from '../ids.ts';
import type { RecordRow } from '../model/record.ts';
import { effectOf } from '../queue/effect.ts';
import type { Item } from '../queue/item.ts';
import { isFrozen } from '../queue/order.ts';
import { abandonCalls } from './abandon-calls.ts';
import { type Entity, entityOf, flushEntities } from './entity.ts';
import { journal } from './journal.ts';
import { offerLostAgain } from './offer-again.ts';
import { park } from './park.ts';
import { emptyQuarantine } from './quarantine.ts';
import { mergeHeld } from './receive.ts';
import { foldSettled } from './settled.ts';
import type { Resync } from './tables.ts';
import type { Turn } from './turn.ts';

const chunk = 500;

/** How much a reason asks of the end of a resync: one under way never ends as a lesser one that came in between. */
const ranks: Readonly<Record<Resync['reason'], number>> = {
  repair: 0,
  cursor_expired: 0,
  device_unknown: 1,
  epoch_changed: 2,
};

/** Begins to pull everything anew; the queue is kept. A new epoch starts the versions anew as well. */
export function startResync(turn: Turn, asked: Resync['reason']): void {
  const epochChanged = asked === 'epoch_changed';
  if (epochChanged) {
    abandonCalls(turn);
    doubtSettled(turn);
  }
  const server = turn.meta('server');
  const seen = server.resyncs + 1;
  const reason = server.resync !== null && ranks[server.resync.reason] > ranks[asked] ? server.resync.reason : asked;
  turn.setMeta('server', {
    ...server,
    cursor: null,
    epoch: epochChanged ? null : server.epoch,
    era: epochChanged ? server.era + 1 : server.era,
    resync: { startedAt: turn.at.wallMs, reason, seen },
    resyncs: seen,
  });
  emptyQuarantine(turn, { restored: epochChanged });
  turn.update({ journalAsked: reason === 'epoch_changed' ? [] : null });
  turn.count('resyncs');
  turn.log('resynced', { entityType: '', entityId: '', detail: asked });
}

/** Changes applied under an epoch that ended, whose rows had not come: whether they took effect is to be asked again. */
function doubtSettled(turn: Turn): void {
  for (const stored of turn.scan('items', { index: 'byState', prefix: ['unsettled'] })) {
    if (stored.settledAt === null) continue;
    const entity = entityOf(turn, stored);
    entity.set({ ...(entity.item(stored.id) ?? stored), settledAt: null });
  }
  flushEntities(turn);
}

/** Whether pushing has to wait: after an epoch change no base is known until everything was pulled. */
export function holdsPush(resync: Resync | null): boolean {
  return resync !== null && (resync.reason === 'epoch_changed' || resync.reason === 'device_unknown');
}

/** Takes a new name as a device; what it was known as is forgotten. */
export function takeNewIdentity(turn: Turn, reason: 'device_forked' | 'device_unknown'): void {
  abandonCalls(turn);
  const device = turn.meta('device');
  const deviceId = brandId<DeviceId>(turn.newId());
  turn.setMeta('device', { ...device, deviceId, registered: false, forked: reason === 'device_forked' });
  turn.setMeta('incarnation', { current: null, life: 0, previous: [] });
  turn.count(reason === 'device_forked' ? 'forks' : 'identitiesLost');
  turn.log('forked', { entityType: '', entityId: '', detail: `${reason}: ${device.deviceId} is ${deviceId} now` });
}

/** Ends a full resync after its last page: rows it did not bring go or are kept aside, the queue meets the new state. */
export function finishResync(turn: Turn, resync: Resync): void {
  let after: readonly (string | number)[] | null = null;
  for (;;) {
    const records: readonly RecordRow[] = turn.scan('records', { limit: chunk, ...(after === null ? {} : { after }) });
    for (const record of records) {
      if (record.seen !== resync.seen) sweep(turn, entityOf(turn, record), resync);
      else if (record.items > 0) meetSeen(turn, entityOf(turn, record), resync);
      else if (isOldPart(turn, record)) dropOwnPart(turn, entityOf(turn, record));
    }
    flushEntities(turn);
    const last = records.at(-1);
    if (records.length < chunk || last === undefined) break;
    after = [last.entityType, last.entityId];
  }
  turn.setMeta('server', { ...turn.meta('server'), resync: null });
  if (resync.reason === 'epoch_changed') offerLostAgain(turn);
  flushEntities(turn);
}

/** A row that the server no longer has. What took effect on it and waited for it is done. */
function sweep(turn: Turn, entity: Entity, resync: Resync): void {
  for (const item of entity.chain) {
    if (item.settledAt === null) continue;
    journal(turn, item, item.settledAt);
    entity.leave(item.id);
  }
  const { record } = entity;
  const { era } = turn.meta('server');
  if (entity.chain.length > 0 || entity.conflict !== null) {
    // Version 0 says that the server holds none: once nothing is queued about it, the row goes (entity.ts).
    if (record.base !== null) entity.record = { ...record, era, base: { ...record.base, version: 0 } };
    meetQueue(turn, entity, resync);
    return;
  }
  if (resync.reason === 'epoch_changed') keepAside(turn, entity);
  entity.record = { ...record, base: null, theirs: null, catalogue: null };
}

/** The rows of applied changes were brought by now, or the server has purged what came of them: none is waited for. */
function meetSeen(turn: Turn, entity: Entity, resync: Resync): void {
  foldSettled(turn, entity, Number.MAX_SAFE_INTEGER);
  meetQueue(turn, entity, resync);
}

/** Whether only the catalogue's part of a row was seen, and the user's own part is of an epoch that ended. */
function isOldPart(turn: Turn, { entityType, base, conflict }: RecordRow): boolean {
  const { catalogue } = turn.type(entityType);
  return catalogue && base !== null && base.version === 0 && !base.deleted && conflict === null;
}

function dropOwnPart(turn: Turn, entity: Entity): void {
  keepAside(turn, entity);
  entity.record = { ...entity.record, base: null };
}

/** A restored server may have lost the row: it is listed, not dropped. */
function keepAside(turn: Turn, entity: Entity): void {
  const { base, era } = entity.record;
  if (base === null || base.deleted) return;
  turn.put('aside', {
    ...entity.key,
    part: 'user',
    reason: 'restored-server',
    detail: 'the server no longer has this row after it was restored',
    row: { ...entity.key, part: 'user', ...base, stamps: { ...base.stamps }, origin: { deviceId: '', changeId: '' } },
    era,
    atMs: turn.at.wallMs,
  });
}

/** Items whose verdict can't be learned any more are compared with the row; others meet it as usual. */
function meetQueue(turn: Turn, entity: Entity, resync: Resync): void {
  if (resync.reason === 'device_unknown')
    for (const item of entity.chain) if (isFrozen(item)) compare(turn, entity, item);
  if (resync.reason === 'epoch_changed')
    for (const item of entity.chain) if (isFrozen(item)) entity.set({ ...item, baseVersion: 0, state: 'unsettled' });
  mergeHeld(turn, entity);
}

function compare(turn: Turn, entity: Entity, item: Item): void {
  const row = entity.record.theirs ?? entity.record.base;
  const { deletes, data, increments } = effectOf(item);
  const there =
    row !== null && !row.deleted && Object.entries(data).every(([name, value]) => sameJson(row.data?.[name], value));
  const done = Object.keys(increments).length === 0 && (deletes ? row === null || row.deleted : there);
  if (!done) {
    park(turn, entity, item, {
      code: 'outcome_unknown',
      detail: 'The server forgot this device; whether the change took effect is not known.',
    });
    return;
  }
  turn.log('resolved', { ...entity.key, changeId: item.id, kept: item.data, detail: 'its effect is in the row' });
  entity.leave(item.id);
}
