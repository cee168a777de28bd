import { causalFields, isBehind, isPlain, soleWriter, tellBehind } from '../behind.ts';
import type { Ledger, LedgerWrite, Look } from '../ledger.ts';
import type { Findings, Invariant } from './invariant.ts';

/** Writes follow reads: a write never arrives without what its writer had before their eyes. */
export const writesFollowReads: Invariant = {
  name: 'writes-follow-reads',
  claim: 'A device that shows a write of another one to a row shows nothing older than what that one saw of it then.',
  atLook: (look, ledger, findings) => {
    const fields = causalFields(ledger, look.entityType);
    const writers = new Set<LedgerWrite>();
    for (const field of fields) {
      const writer = soleWriter(ledger, look, { field, value: look.data[field] ?? null });
      if (writer !== null && writer.by !== look.device && writer.seen !== null) writers.add(writer);
    }
    if (writers.size === 0 || !isPlain(ledger, look)) return;
    for (const writer of writers) check(look, writer, { ledger, findings, fields });
  },
};

interface On {
  readonly ledger: Ledger;
  readonly findings: Findings;
  readonly fields: readonly string[];
}

function check(look: Look, write: LedgerWrite, { ledger, findings, fields }: On): void {
  for (const field of fields) {
    if (Object.hasOwn(write.set, field)) continue;
    const seen = soleWriter(ledger, look, { field, value: write.seen?.[field] ?? null });
    if (seen === null) continue;
    findings.counts();
    if (isBehind(ledger, { look, field }, seen))
      findings.found(`${tellBehind({ look, field }, seen)}, though it shows a write of ${write.by}, who had seen that`);
  }
}
