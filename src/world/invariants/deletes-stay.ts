import { heldBy } from '../facts.ts';
import { type Ledger, type LedgerWrite, rowKeyOf } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Law 10. */
export const deletesStay: Invariant = {
  name: 'deletes-stay',
  claim:
    'A row that was deleted is gone, unless somebody wrote it without knowing of the delete, or made it anew after.',
  atRest: ({ server, ledger }, findings) => {
    for (const place of ledger.rows()) {
      const writes = ledger.writesOf(place);
      const deletes = writes.filter((one) => one.action === 'delete' && ledger.isCertain(one));
      if (deletes.length === 0 || ledger.reopened.has(rowKeyOf(place))) continue;
      findings.counts();
      if (heldBy(server, place) === undefined) continue;
      const isAllowed = writes.some(
        (write) => write.action !== 'delete' && deletes.every((one) => !knew(ledger, one, write)),
      );
      if (!isAllowed)
        findings.found(
          `${place.entityType}/${place.row} is there, though ${deletes.map(({ by }) => by).join(' and ')} deleted it knowing all that was written`,
        );
    }
  },
};

/** Whether the delete came from a device that showed this write, or something made upon it. */
function knew(ledger: Ledger, deletion: LedgerWrite, write: LedgerWrite): boolean {
  if (deletion.n < write.n && deletion.by === write.by) return false;
  if (deletion.by === write.by) return true;
  return Object.keys(write.set).some((field) => write.set[field] !== null && ledger.isBefore(write, deletion, field));
}
