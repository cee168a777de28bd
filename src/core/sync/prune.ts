import type { Turn } from './turn.ts';

const chunk = 1_000;

/** Takes acknowledged changes out of the journal that no restored server would be asked about any more. */
export function pruneJournal(turn: Turn): void {
  const before = turn.serverNow() - turn.limits.journalMs;
  for (const row of turn.scan('journal', { index: 'byTime', limit: chunk })) {
    if (row.ackedAt >= before) return;
    if (!row.lost) turn.remove('journal', [row.id]);
  }
}
