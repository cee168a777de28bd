import { type Json, sameJson } from '../../lib/json.ts';
import { knewOf } from '../knew-of.ts';
import { type Ledger, type LedgerWrite, type Look, rowKeyOf } from '../ledger.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'no-step-back',
  claim: 'What a device shows of a field never goes back to a value that the one it showed before was written upon.',
};

/** A device never shows a value again that was written over, once it has shown what was written over it. */
export const noStepBack: Invariant = { ...claim, fresh: () => remembering(new Map()) };

function remembering(shown: Map<string, Json>): Invariant {
  return {
    ...claim,
    atLook: (look, ledger, findings) => {
      if (ledger.reopened.has(rowKeyOf(look))) return;
      for (const field of registerFields(ledger, look)) {
        // Data put in place of its own may be older: what was shown before counts for those before.
        const key = `${look.device} ${ledger.dataOf(look.device)} ${rowKeyOf(look)} ${field}`;
        const value = look.data[field] ?? null;
        const before = shown.get(key) ?? null;
        shown.set(key, value);
        if (value !== null && before !== null && !sameJson(before, value))
          check(look, { field, before, value }, { ledger, findings });
      }
    },
  };
}

/** Fields that show one of the values written. */
function registerFields(ledger: Ledger, { entityType, data }: Look): readonly string[] {
  const fields = ledger.typeOf(entityType)?.fields ?? {};
  return Object.keys(data).filter((name) => {
    const { owner, merge = '' } = fields[name] ?? {};
    return owner === 'user' && !['set', 'counter', 'forward'].includes(merge);
  });
}

function check(
  look: Look,
  { field, before, value }: { readonly field: string; readonly before: Json; readonly value: Json },
  { ledger, findings }: { readonly ledger: Ledger; readonly findings: Findings },
): void {
  const [now, then] = [ledger.writersOf(look, field, value), ledger.writersOf(look, field, before)];
  if (now.length !== 1 || then.length !== 1 || wentWithDelete(ledger, then[0] as LedgerWrite)) return;
  if (mayBeRanked(ledger, look, field) || isSameRow(ledger, look, { field, before, value })) return;
  if (wentWithParent(ledger, then[0] as LedgerWrite)) return;
  findings.counts();
  if (!ledger.isBefore(now[0] as LedgerWrite, then[0] as LedgerWrite, field)) return;
  const name = `${look.entityType}/${look.row} ${field}`;
  findings.found(`${look.device} shows ${name} ${JSON.stringify(value)} again, after ${JSON.stringify(before)}`);
}

/**
 * Whether a field keeps the greater or smaller of two values though its row was deleted: who brings the row back brings the
 * old value too, and it meets what was written upon it, as if neither had known of the other.
 */
function mayBeRanked(ledger: Ledger, look: Look, field: string): boolean {
  const merge = ledger.typeOf(look.entityType)?.fields[field]?.merge ?? '';
  return ['max', 'min'].includes(merge) && ledger.writesOf(look).some(({ action }) => action === 'delete');
}

/** Whether somebody who knew of it deleted the row afterwards: then the value went with the delete, also where that loses against an edit. */
function wentWithDelete(ledger: Ledger, write: LedgerWrite): boolean {
  return ledger.writesOf(write).some((other) => other.action === 'delete' && knewOf(ledger, other, write));
}

/** Whether both values name one row: a device that learns its other id shows that from then on, wherever the row is named. */
function isSameRow(
  ledger: Ledger,
  look: Look,
  { field, before, value }: { readonly field: string; readonly before: Json; readonly value: Json },
): boolean {
  const [one, other] = [before, value].map((id) => ledger.rowNamedIn(look, field, id));
  return one != null && other != null && rowKeyOf(one) === rowKeyOf(other);
}

/** Whether its device may have taken the write out of its queue, with a row that the same edits named and that was never made. */
function wentWithParent(ledger: Ledger, write: LedgerWrite): boolean {
  return ledger.writesOf(write).some((other) => other.by === write.by && ledger.mayFallWith(other));
}
