import type { Ledger, LedgerWrite } from './ledger.ts';

/** Whether a delete came from a device that showed this write, or something made upon it. */
export function knewOf(ledger: Ledger, deletion: LedgerWrite, write: LedgerWrite): boolean {
  if (deletion.by === write.by) return deletion.n > write.n;
  return Object.keys(write.set).some((field) => write.set[field] !== null && ledger.isBefore(write, deletion, field));
}
