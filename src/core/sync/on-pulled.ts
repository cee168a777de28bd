import type { ChangeId } from '../ids.ts';
import type { FinalStatus, PullAnswer, Result } from '../protocol/messages.ts';
import type { Item } from '../queue/item.ts';
import { type Entity, entityOfItem, flushEntities } from './entity.ts';
import { regroup } from './groups.ts';
import { answerJournal } from './offer-again.ts';
import { receive } from './receive.ts';
import { rejoinedPart } from './said-before.ts';
import { asDecided, finalOf, settleRow } from './settle.ts';
import { settleItem, settleResolution } from './settle-resolution.ts';
import { endWaits } from './settled.ts';
import type { PullRound } from './state.ts';
import { isLeft } from './this-life.ts';
import type { Turn } from './turn.ts';

/**
 * A page of a pull was answered: verdicts on unsettled items first, then its rows, and the cursor with them, all in one
 * commit (law 7). Gives how many rows changed something here. While changes of earlier lives are still to be asked about, no row is
 * taken: the next pull brings it again.
 */
export function onPulled(turn: Turn, round: PullRound, answer: PullAnswer): number {
  settleAsked(turn, answer);
  turn.update({ olderFrom: round.olderNext });
  if (round.olderNext !== null) {
    flushEntities(turn);
    return 0;
  }
  let changed = 0;
  for (const row of answer.changes) if (receive(turn, row)) changed += 1;
  answerJournal(turn, round, answer);
  flushEntities(turn);
  const server = turn.meta('server');
  // A full resync ends such waits itself, with its sweep.
  if (!answer.hasMore && server.resync === null) endWaits(turn, round.types);
  const last = answer.hasMore ? {} : completed(round);
  turn.setMeta('server', { ...server, epoch: answer.epoch, cursor: answer.cursor, ...last });
  return changed;
}

/** A finished pull of all types is what "synced" rests on. */
function completed(round: PullRound) {
  return round.types === null ? { pulledAcks: round.beganAcks, pulledWallMs: round.beganWallMs } : {};
}

function settleAsked(turn: Turn, answer: PullAnswer): void {
  const groups = new Set<string>();
  for (const told of answer.settled) {
    const found = askedItem(turn, told.id);
    if (found === undefined) continue;
    const result = asDecided(told, found.item);
    const status = finalOf(result);
    if (status === null) continue;
    const entity = entityOfItem(turn, found.item);
    const item = entity.item(found.item.id);
    if (item === undefined || item.state === 'inFlight') continue;
    if (item.group !== null) groups.add(item.group);
    if (found.resolution) settleResolution(turn, entity, item, { result, status, source: 'settled' });
    else if (item.rejoined !== undefined) {
      heedEarlier(turn, entity, item, { status, answer });
      continue;
    } else if (!settleChange(turn, entity, item, { result, status })) continue;
    // The row of a verdict that clashed is what it is merged with; an applied one waits for the pull's own row.
    if (status !== 'applied') settleRow(turn, entity, result);
  }
  for (const group of groups) regroup(turn, group);
}

/** The verdict is on what the change said before. It goes out again, and the server sees that its id was used. */
function heedEarlier(
  turn: Turn,
  entity: Entity,
  item: Item,
  { status, answer }: { readonly status: FinalStatus; readonly answer: PullAnswer },
): void {
  const { entityType, entityId } = item;
  const isGone = answer.changes.some(
    (row) => row.deleted && row.entityId === entityId && row.entityType === entityType,
  );
  if (status === 'applied' && !isGone) entity.set(rejoinedPart(turn, item));
}

/** Takes the verdict on a change that was asked about, where it is one on what the change says now. Gives whether it did. */
function settleChange(
  turn: Turn,
  entity: Entity,
  item: Item,
  { result, status }: { readonly result: Result; readonly status: FinalStatus },
): boolean {
  const isHanded = item.sent && item.verdict === null && item.settledAt === null;
  if (!isHanded && !(status === 'applied' && isLeft(turn, item))) return false;
  // One that says it was never sent was: by another life of these data.
  const sent = isHanded ? item : { ...item, sent: true, state: 'unsettled' as const };
  entity.set(sent);
  settleItem(turn, entity, sent, { result, status, source: 'settled' });
  return true;
}

function askedItem(turn: Turn, id: ChangeId): { readonly item: Item; readonly resolution: boolean } | undefined {
  const item = turn.get('items', [id]);
  if (item !== undefined) return { item, resolution: false };
  const decidedItem = turn.scan('items', { index: 'byResolution', prefix: [id], limit: 1 })[0];
  return decidedItem === undefined ? undefined : { item: decidedItem, resolution: true };
}
