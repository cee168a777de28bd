import { type JsonObject, sameJson } from '../../lib/json.ts';
import { fieldValue } from '../model/registry.ts';
import type { PullAnswer } from '../protocol/messages.ts';
import type { Item } from '../queue/item.ts';
import { type Entity, entityOf } from './entity.ts';
import { baseData } from './shown.ts';
import type { PullRound } from './state.ts';
import type { Turn } from './turn.ts';

/** Acknowledged changes to ask a restored server about in one pull, and where the next ones begin. */
export function journalToAsk(
  turn: Turn,
  limit: number,
): { readonly ids: readonly Item['id'][]; readonly next: readonly (string | number)[] | null } {
  const after = turn.state.journalAsked;
  if (after === null || limit <= 0) return { ids: [], next: after };
  const rows = turn.scan('journal', { index: 'byTime', limit, ...(after.length === 0 ? {} : { after }) });
  const last = rows.at(-1);
  return {
    ids: rows.map((row) => row.id),
    next: last === undefined || rows.length < limit ? null : [last.ackedAt, last.id],
  };
}

/** Marks the acknowledged changes that a restored server was asked about and does not know. */
export function answerJournal(turn: Turn, round: PullRound, answer: PullAnswer): void {
  // A journal that holds nothing to ask about is asked through, too: the resync waits for its end.
  if (turn.state.journalAsked === null) return;
  const known = new Set(answer.settled.map((result) => result.id));
  for (const id of round.askedJournal) {
    const row = known.has(id) ? undefined : turn.get('journal', [id]);
    if (row !== undefined) turn.put('journal', { ...row, lost: true });
  }
  turn.update({ journalAsked: round.journalNext });
}

/**
 * Offers the changes that a restored server lost again, under their ids: as they were where the row is unchanged since,
 * so that they apply; with base 0 otherwise, so that they clash and are merged.
 */
export function offerLostAgain(turn: Turn): void {
  for (const row of turn.scan('journal', { index: 'byLost' })) {
    const entity = entityOf(turn, row.item);
    turn.remove('journal', [row.id]);
    if (entity.item(row.id) !== undefined) continue;
    entity.chain = byPlace([...entity.chain, offered(entity, row.item)]);
    turn.count('offeredAgain');
  }
}

function byPlace(chain: readonly Item[]): readonly Item[] {
  return [...chain].sort((a, b) => a.place - b.place);
}

function offered(entity: Entity, item: Item): Item {
  const { base } = entity.record;
  const unchanged = isUnchanged(entity, item, baseData(entity.record));
  const baseVersion = unchanged ? (base?.version ?? null) : 0;
  return {
    ...item,
    baseVersion,
    state: 'unsettled',
    sent: true,
    verdict: null,
    settledAt: null,
    resolution: null,
    group: null,
    groupSize: 0,
    waitsFor: null,
    error: null,
  };
}

/** Whether the restored row is as it was before the change. */
function isUnchanged(entity: Entity, item: Item, row: JsonObject | null): boolean {
  if (item.action === 'CREATE') return row === null;
  if (item.increments !== null) return row !== null;
  const { before } = item;
  if (row === null || before === null) return false;
  return Object.keys(before).every((name) => sameJson(fieldValue(entity.type, row, name), before[name]));
}
