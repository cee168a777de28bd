import type { Turn } from './turn.ts';

const chunk = 1_000;

/**
 * Takes out what is kept for a time only: acknowledged changes that no restored server would be asked about any more,
 * the oldest entries of a log that has grown too long (a bounded number at a time), and what is remembered of items
 * that have left.
 */
export function prune(turn: Turn): void {
  pruneJournal(turn);
  pruneLog(turn);
  const { holds, batchFailures } = turn.state;
  turn.update({ holds: ofQueued(turn, holds), batchFailures: ofQueued(turn, batchFailures) });
}

function ofQueued<T>(turn: Turn, byItem: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const entries = Object.entries(byItem);
  const queued = entries.filter(([id]) => turn.get('items', [id]) !== undefined);
  return queued.length === entries.length ? byItem : Object.fromEntries(queued);
}

function pruneJournal(turn: Turn): void {
  const before = turn.serverNow() - turn.limits.journalMs;
  const oldest = turn.scan('journal', { index: 'byTime', limit: 1 })[0];
  if (oldest === undefined || oldest.ackedAt >= before) return;
  for (const row of turn.scan('journal', { index: 'byTime', limit: chunk })) {
    if (row.ackedAt >= before) return;
    if (!row.lost) turn.remove('journal', [row.id]);
  }
}

function pruneLog(turn: Turn): void {
  const before = turn.meta('sequence').log - turn.limits.logEntries;
  if (before <= 1) return;
  const oldest = turn.scan('log', { limit: 1 })[0];
  if (oldest === undefined || oldest.n >= before) return;
  for (const { n } of turn.scan('log', { limit: chunk })) {
    if (n >= before) return;
    turn.remove('log', [n]);
  }
}
