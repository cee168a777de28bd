import { present } from '../../lib/assert.ts';
import type { FinalStatus, Result } from '../protocol/messages.ts';
import { effectOf, foldIntoBase, isNewTo } from '../queue/effect.ts';
import { type Item, isWithdrawal, type PendingResolution } from '../queue/item.ts';
import { parentsOf } from './adopt.ts';
import { giveUpQuestion } from './conflicts.ts';
import { dropNow } from './decide.ts';
import type { Entity } from './entity.ts';
import { holdBack } from './hold.ts';
import { journal } from './journal.ts';
import { withKnownReferences } from './known-id.ts';
import { park } from './park.ts';
import { markSeen } from './receive.ts';
import { renewed } from './renew.ts';
import { decided, mergedVersion } from './resolutions.ts';
import { type Source, settle } from './settle.ts';
import type { Turn } from './turn.ts';

/** A final answer about an item or a decision, and where it came from. */
interface Verdict {
  readonly result: Result;
  readonly status: FinalStatus;
  readonly source: Source;
}

/** The server's verdict on the item itself: one that is to be withdrawn meets it as the answer to its withdrawal. */
export function settleItem(turn: Turn, entity: Entity, item: Item, verdict: Verdict): void {
  if (isWithdrawal(item)) settleWithdrawal(turn, entity, item, verdict);
  else settle(turn, entity, item, verdict);
}

/** The server has settled a decision about an item, or the row moved on and the device decides anew. */
export function settleResolution(turn: Turn, entity: Entity, item: Item, verdict: Verdict): void {
  const { result, status } = verdict;
  const resolution = present(item.resolution, 'a resolve was sent for a decision');
  if (isWithdrawal(item)) settleWithdrawal(turn, entity, item, verdict);
  else if (status === 'applied') settleDecision(turn, entity, item, result);
  else if (status === 'conflict' && result.problem?.code !== 'key_exists')
    decideAnew(turn, entity, item, { resolution, result });
  else {
    // Another row holds the natural key: asked again, the server would say so again. A person has to see it.
    const settled = { ...item, resolution: null, verdict: status };
    park(turn, entity, settled, result.problem ?? { code: 'invalid_change' });
  }
}

function settleDecision(turn: Turn, entity: Entity, item: Item, result: Result): void {
  const version = result.version ?? result.row?.version ?? 0;
  if (effectOf(item).deletes) giveUpQuestion(turn, entity);
  const wrote = item.resolution?.body.outcome !== 'server' || item.increments !== null;
  if (wrote && isNewTo(entity.record.base, version)) {
    const base = foldIntoBase(entity.record.base, item, {
      type: entity.type,
      version,
      atMs: Math.floor(turn.serverNow()),
    });
    entity.record = { ...entity.record, base, lastSyncedAt: turn.at.wallMs };
    markSeen(turn, entity);
  }
  turn.log('resolved', {
    ...entity.key,
    changeId: item.id,
    by: wrote ? (item.resolution?.body.id ?? null) : null,
    kept: item.resolution?.body.lost ?? null,
    detail: item.resolution?.body.outcome ?? '',
  });
  journal(turn, item, version);
  entity.leave(item.id);
  turn.count('resolved');
}

/** The row changed again meanwhile: the same wish goes on under a new id, and is merged with the row that follows. */
function decideAnew(
  turn: Turn,
  entity: Entity,
  item: Item,
  { resolution, result }: { readonly resolution: PendingResolution; readonly result: Result },
): void {
  const { outcome, data, stamps, lost, againstVersion } = resolution.body;
  const { base, theirs } = entity.record;
  const held = theirs?.version ?? 0;
  const lacksRow = base?.folded === true && (result.row?.version ?? 0) < base.version;
  // A newer row waits for the verdict of another change, or is still to come: until it is merged, only what writes nothing can pass it.
  if ((held > 0 || lacksRow) && outcome !== 'server') holdBack(turn, entity, item);
  entity.set(
    decided(turn, item, {
      outcome,
      data,
      stamps,
      ...(lost === undefined ? {} : { lost }),
      againstVersion: outcome === 'server' ? Math.max(held, base?.version ?? 0) : mergedVersion(entity, againstVersion),
    }),
  );
}

/**
 * The server says what became of a change that the device took back: either it will never apply (`withdrawn`), or it
 * had its verdict before, which then counts.
 */
function settleWithdrawal(turn: Turn, entity: Entity, item: Item, { result, status, source }: Verdict): void {
  const then = item.resolution?.then ?? 'drop';
  const free: Item = { ...item, resolution: null, verdict: status === 'applied' ? null : status };
  entity.set(free);
  if (status === 'applied') {
    settle(turn, entity, free, { result, status, source });
    return;
  }
  if (then === 'drop') dropNow(turn, entity, free);
  else if (then === 'renew') renew(turn, entity, free);
  else park(turn, entity, free, free.error?.problem ?? result.problem ?? { code: 'withdrawn' });
}

/** The change goes on under a new id, with its references pointing at where the server knows the rows. */
function renew(turn: Turn, entity: Entity, item: Item): void {
  const data = item.data === null ? null : withKnownReferences(turn, entity.type, item.data);
  const parents = data === null ? [] : parentsOf(entity.type, data);
  renewed(turn, entity, { ...item, data, parents }, { dependsOn: [], detail: 'withdrawn first' });
}
