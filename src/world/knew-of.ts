import type { Ledger, LedgerWrite } from './ledger.ts';

/**
 * Whether a delete came from a device that showed this write, or something made upon it. A reference tells nothing: what it shows
 * follows the row that it names when a device learns the other id of that row.
 */
export function knewOf(ledger: Ledger, deletion: LedgerWrite, write: LedgerWrite): boolean {
  if (deletion.n < write.n) return false;
  // A device that may have lost a write knows of it by what it showed, as others do.
  if (deletion.by === write.by && ledger.isCertain(write)) return true;
  return Object.keys(write.set).some(
    (field) =>
      write.set[field] !== null &&
      !ledger.isReference(write.entityType, field) &&
      ledger.isBefore(write, deletion, field),
  );
}
