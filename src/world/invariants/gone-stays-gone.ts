import { knewOf } from '../knew-of.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from '../ledger.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'gone-stays-gone',
  claim:
    'A row that a device showed and then not, because it was deleted, is shown there again only by a write without knowledge of the delete or after it.',
};

/** No resurrection on a device, also after purges, new epochs and long absences. */
export const goneStaysGone: Invariant = { ...claim, fresh: remembering };

/** What one device showed, of one set of data. */
interface Memory {
  readonly data: number;
  readonly shown: Set<string>;
  readonly gone: Set<string>;
}

function remembering(): Invariant {
  const memories = new Map<string, Memory>();
  const memoryOf = (device: string, ledger: Ledger): Memory => {
    const data = ledger.dataOf(device);
    const held = memories.get(device);
    if (held?.data === data) return held;
    const fresh = { data, shown: new Set<string>(), gone: new Set<string>() };
    memories.set(device, fresh);
    return fresh;
  };
  return {
    ...claim,
    afterWrite: (write, { shown, ledger }) => {
      if (write.action === 'delete' && shown === null) memoryOf(write.by, ledger).gone.add(rowKeyOf(write));
    },
    atLook: (look, ledger, findings) => {
      const memory = memoryOf(look.device, ledger);
      const key = rowKeyOf(look);
      memory.shown.add(key);
      if (!memory.gone.delete(key)) return;
      check(look, look.device, { ledger, findings });
    },
    atView: ({ device, user, rows }, { ledger }) => {
      const { shown, gone } = memoryOf(device, ledger);
      // Rows of another user who was signed in before are not gone.
      for (const key of shown) if (key.startsWith(`${user} `) && !rows.has(key)) gone.add(key);
    },
    atRest: ({ devices }, findings) => {
      for (const { name } of devices) for (const _ of memories.get(name)?.gone ?? []) findings.counts();
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
