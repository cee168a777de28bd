import type { Prepare } from './sqlite-statements.ts';

/** A part of the history that is looked at, by the numbers of its lines. */
export interface HistoryPart {
  /** The line before the first. */
  readonly from: number;
  readonly lines: number;
  /** Lines written before this are forgotten, ms. */
  readonly beforeMs: number;
}

const forgetText = `DELETE FROM history WHERE n > ? AND n <= ? AND updatedAt < ? AND EXISTS (
  SELECT 1 FROM history AS later WHERE later.user = history.user AND later.entityType = history.entityType
    AND later.entityId = history.entityId AND later.n > history.n)`;

/**
 * Forgets old lines of a part, the newest line of each row excepted: it says that the row was there, and what it is now.
 * `next` is where the next part begins; 0 after the last one, since a line that was the newest may be old by then.
 */
export function purgeHistory(
  prepare: Prepare,
  { from, lines, beforeMs }: HistoryPart,
): { readonly forgotten: number; readonly next: number } {
  const last = prepare('SELECT max(n) FROM (SELECT n FROM history WHERE n > ? ORDER BY n LIMIT ?)')
    .pluck()
    .get(from, lines);
  if (typeof last !== 'number') return { forgotten: 0, next: 0 };
  const forgotten = prepare(forgetText).run(from, last, beforeMs).changes;
  const newest = prepare('SELECT updatedAt FROM history WHERE n = ?').pluck().get(last) as number | undefined;
  const isOld = newest === undefined || newest < beforeMs;
  return { forgotten, next: isOld ? last : 0 };
}
