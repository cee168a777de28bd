import { heldBy } from '../facts.ts';
import { knewOf } from '../knew-of.ts';
import { rowKeyOf } from '../ledger.ts';
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
        (write) => write.action !== 'delete' && deletes.every((one) => !knewOf(ledger, one, write)),
      );
      if (!isAllowed)
        findings.found(
          `${place.entityType}/${place.row} is there, though ${deletes.map(({ by }) => by).join(' and ')} deleted it knowing all that was written`,
        );
    }
  },
};
