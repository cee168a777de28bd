import type { ServerRow } from '../../core/protocol/messages.ts';
import { knewOf } from '../knew-of.ts';
import { type Ledger, type LedgerWrite, type Look, rowKeyOf } from '../ledger.ts';
import { dataName, perDevice } from '../per-device.ts';
import { rowsIn } from '../wire.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'gone-stays-gone',
  claim:
    'A row that a device showed and then not, because it was deleted, is shown there again only by a write without knowledge of the delete or after it.',
};

/** No resurrection on a device, also after purges, new epochs and long absences. */
export const goneStaysGone: Invariant = { ...claim, fresh: remembering };

interface Memory {
  readonly shown: Set<string>;
  readonly gone: Set<string>;
  /** Numbers of the deletes that it knows of: its own, and those that the server told it of. */
  readonly deletes: Set<number>;
}

function remembering(): Invariant {
  const memories = perDevice((): Memory => ({ shown: new Set(), gone: new Set(), deletes: new Set() }));
  const memoryOf = (ledger: Ledger, device: string, user: string | undefined): Memory =>
    memories(dataName(ledger, device, user));
  return {
    ...claim,
    heeds: {
      answer: ({ lane, data }, { ledger, stage }) => {
        const user = stage.devices.get(lane)?.user;
        const { deletes } = memoryOf(ledger, lane, user);
        for (const row of rowsIn(data)) if (row.deleted) for (const n of deletesTold(ledger, row, user)) deletes.add(n);
      },
    },
    afterWrite: (write, { shown, ledger }) => {
      if (write.action !== 'delete') return;
      const memory = memoryOf(ledger, write.by, write.user);
      memory.deletes.add(write.n);
      if (shown === null) memory.gone.add(rowKeyOf(write));
    },
    atLook: (look, ledger, findings) => {
      const memory = memoryOf(ledger, look.device, look.user);
      const key = rowKeyOf(look);
      memory.shown.add(key);
      if (!memory.gone.delete(key)) return;
      check(look, memory.deletes, { ledger, findings });
    },
    atView: ({ device, user, rows }, { ledger }) => {
      const { shown, gone } = memoryOf(ledger, device, user);
      for (const key of shown) if (!rows.has(key)) gone.add(key);
    },
    atRest: ({ devices, ledger }, findings) => {
      // What is gone for good was looked for in vain.
      for (const { name, user } of devices) for (const _ of memoryOf(ledger, name, user).gone) findings.counts();
    },
  };
}

/** The deletes that a tombstone tells of. One that went out under another id may be any of them so far. */
function deletesTold(ledger: Ledger, { entityType, entityId, origin }: ServerRow, user: string | undefined) {
  const known = ledger.writesIn(origin.changeId);
  const all = ledger.writes.filter(
    (write) => write.user === user && write.entityType === entityType && write.entityId === entityId,
  );
  return (known.length > 0 ? known : all).filter(({ action }) => action === 'delete').map(({ n }) => n);
}

function check(
  place: Look,
  known: ReadonlySet<number>,
  { ledger, findings }: { readonly ledger: Ledger; readonly findings: Findings },
): void {
  const writes = ledger.writesOf(place);
  // What it has not heard of yet can take no row from it: it may show one that is deleted elsewhere by now.
  const deletes = writes.filter(({ action, n }) => action === 'delete' && known.has(n));
  if (deletes.length === 0 || ledger.reopened.has(rowKeyOf(place)) || ledger.mayFallWithParent(place)) return;
  findings.counts();
  if (writes.some((write) => write.action !== 'delete' && !wasKnown(ledger, deletes, write))) return;
  findings.found(
    `${place.device} shows ${place.entityType}/${place.row} again, though all that was written was deleted`,
  );
}

/** Whether a delete took this write with it. One whose delete may have been lost is not known to have gone. */
function wasKnown(ledger: Ledger, deletes: readonly LedgerWrite[], write: LedgerWrite): boolean {
  return deletes.some((deletion) => ledger.isCertain(deletion) && knewOf(ledger, deletion, write));
}
