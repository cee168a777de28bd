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
      (ledger.isBefore(write, deletion, field) || wasAskedAbout(ledger, { deletion, write, field })),
  );
}

/** Whether the question that the deleter had open showed this value as the server's, or one made upon it. */
export function wasAskedAbout(
  ledger: Ledger,
  { deletion, write, field }: { readonly deletion: LedgerWrite; readonly write: LedgerWrite; readonly field: string },
): boolean {
  const shown = deletion.asked?.[field] ?? null;
  if (shown === null) return false;
  return ledger.writersOf(deletion, field, shown).some((one) => one === write || ledger.isBefore(write, one, field));
}
