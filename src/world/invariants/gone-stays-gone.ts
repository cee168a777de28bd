import { knewOf } from '../knew-of.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from '../ledger.ts';
import { dataName, perDevice } from '../per-device.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'gone-stays-gone',
  claim:
    'A row that a device showed and then not, because it was deleted, is shown there again only by a write without knowledge of the delete or after it.',
};

/** No resurrection on a device, also after purges, new epochs and long absences. */
export const goneStaysGone: Invariant = { ...claim, fresh: remembering };

function remembering(): Invariant {
  const memoryOf = perDevice(() => ({ shown: new Set<string>(), gone: new Set<string>() }));
  return {
    ...claim,
    afterWrite: (write, { shown, ledger }) => {
      if (write.action === 'delete' && shown === null)
        memoryOf(dataName(ledger, write.by, write.user)).gone.add(rowKeyOf(write));
    },
    atLook: (look, ledger, findings) => {
      const memory = memoryOf(dataName(ledger, look.device, look.user));
      const key = rowKeyOf(look);
      memory.shown.add(key);
      if (!memory.gone.delete(key)) return;
      check(look, look.device, { ledger, findings });
    },
    atView: ({ device, user, rows }, { ledger }) => {
      const { shown, gone } = memoryOf(dataName(ledger, device, user));
      for (const key of shown) if (!rows.has(key)) gone.add(key);
    },
    atRest: ({ devices, ledger }, findings) => {
      // What is gone for good was looked for in vain.
      for (const { name, user } of devices)
        for (const _ of memoryOf(dataName(ledger, name, user)).gone) findings.counts();
    },
  };
}

function check(
  place: RowPlace,
  device: string,
  { ledger, findings }: { readonly ledger: Ledger; readonly findings: Findings },
): void {
  const writes = ledger.writesOf(place);
  const deletes = writes.filter(({ action }) => action === 'delete');
  if (deletes.length === 0 || ledger.reopened.has(rowKeyOf(place)) || ledger.mayFallWithParent(place)) return;
  findings.counts();
  if (writes.some((write) => write.action !== 'delete' && !wasKnown(ledger, deletes, write))) return;
  findings.found(`${device} shows ${place.entityType}/${place.row} again, though all that was written was deleted`);
}

/** Whether a delete took this write with it. One whose delete may have been lost is not known to have gone. */
function wasKnown(ledger: Ledger, deletes: readonly LedgerWrite[], write: LedgerWrite): boolean {
  return deletes.some((deletion) => ledger.isCertain(deletion) && knewOf(ledger, deletion, write));
}
