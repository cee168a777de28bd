import type { EntityKey } from '../../core/ids.ts';
import type { EraseAnswer } from '../../core/protocol/messages.ts';
import { CatalogueSums, numberIn } from '../catalogue-sums.ts';
import { type CatalogueCount, gurasCounts } from '../guras-counts.ts';
import type { Answer } from './answer.ts';
import type { Context } from './context.ts';
import { dataOf } from './row-text.ts';
import type { Scans } from './scans.ts';

/**
 * Decides that all data of the user goes: rows, history, verdicts, devices, and what of theirs is inside the sums of the
 * catalogue. From then on every call of theirs is refused with `user_erased`. Erased again, it answers as the first time.
 */
export function decideErase(context: Context, scans: Scans, counts: readonly CatalogueCount[] = gurasCounts): Answer {
  const { erasedAt } = context.user;
  const atMs = erasedAt ?? Math.max(context.nowMs, context.user.writtenAt);
  const answer: EraseAnswer = { erasedAt: atMs };
  const body = JSON.stringify(answer);
  if (erasedAt !== undefined) return { kind: 'answer', writes: [], body };
  const catalogue = uncount(context, scans, counts).edit(atMs);
  return {
    kind: 'answer',
    writes: [{ kind: 'erase', atMs }],
    body,
    ...(catalogue.keys.length === 0 ? {} : { catalogue }),
  };
}

/** What the sums of the catalogue hold of this user, with the sign turned. */
function uncount(context: Context, scans: Scans, counts: readonly CatalogueCount[]): CatalogueSums {
  const sums = new CatalogueSums();
  for (const { entityType, sum, counted } of counts) {
    if (!Object.hasOwn(context.registry.types.get(entityType)?.fields ?? {}, counted)) continue;
    for (const row of scans.liveRows(entityType)) {
      const own = numberIn(dataOf(row), counted);
      if (own !== 0 && isLive(context, row)) sums.add({ entityType, entityId: row.entityId }, sum, -own);
    }
  }
  return sums;
}

function isLive({ reads }: Context, { entityType, entityId }: EntityKey): boolean {
  const row = reads.catalogueRow({ entityType, entityId });
  return row !== undefined && !row.deleted;
}
