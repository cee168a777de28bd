import type { PushAnswer, Result } from '../protocol/messages.ts';
import type { Item } from '../queue/item.ts';
import { type Entity, entityOfItem, flushEntities } from './entity.ts';
import { regroup } from './groups.ts';
import { holdBack } from './hold.ts';
import { mergeHeld } from './receive.ts';
import { asDecided, finalOf, settleRow } from './settle.ts';
import { settleItem, settleResolution } from './settle-resolution.ts';
import type { Batch } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * A push or resolve was answered: every item with a verdict is settled by it, the others stay unsettled and wait a
 * while. Results are matched by id alone; those of one row are settled together, and its newer version is merged after
 * them. Gives how many items got a final verdict.
 */
export function onPushed(turn: Turn, batch: Batch, answer: PushAnswer): number {
  const results = new Map(answer.results.map((result) => [result.id as string, result]));
  const groups = new Set<string>();
  const rows = new Map<Entity, Result[]>();
  let settled = 0;
  for (const id of batch.ids) {
    const stored = turn.get('items', [id]);
    if (stored === undefined) continue;
    const entity = entityOfItem(turn, stored);
    const item = entity.item(id) ?? stored;
    const result = results.get(batch.kind === 'push' ? id : (item.resolution?.body.id ?? ''));
    if (item.group !== null) groups.add(item.group);
    if (settleOne(turn, entity, { item, result, kind: batch.kind })) settled += 1;
    if (result !== undefined) rows.set(entity, [...(rows.get(entity) ?? []), result]);
    else if (!rows.has(entity)) rows.set(entity, []);
  }
  for (const [entity, answers] of rows) {
    for (const result of newestRow(answers)) settleRow(turn, entity, result);
    mergeHeld(turn, entity);
  }
  for (const group of groups) regroup(turn, group);
  flushEntities(turn);
  return settled;
}

/** Of several answers about one row only the newest row matters. */
function newestRow(results: readonly Result[]): readonly Result[] {
  const withRow = results.filter((result) => result.row !== undefined);
  return withRow.sort((a, b) => (b.row?.version ?? 0) - (a.row?.version ?? 0)).slice(0, 1);
}

function settleOne(
  turn: Turn,
  entity: Entity,
  { item, result, kind }: { readonly item: Item; readonly result: Result | undefined; readonly kind: Batch['kind'] },
): boolean {
  const told = result === undefined ? undefined : asDecided(result, item);
  const status = told === undefined ? null : finalOf(told);
  if (told === undefined || status === null) {
    // Asked again at once, a server that leaves a verdict out would be asked without end.
    holdBack(turn, entity, item);
    return false;
  }
  if (kind === 'push') settleItem(turn, entity, item, { result: told, status, source: 'push' });
  else settleResolution(turn, entity, item, { result: told, status, source: 'push' });
  return true;
}
