import { causalFields, isBehind, isPlain, newestByField, soleWriter, tellBehind } from '../behind.ts';
import type { Ledger, LedgerWrite, Look } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Monotonic writes: whoever shows a later write of a device to a row shows no field older than its earlier ones. */
export const writesSeenInOrder: Invariant = {
  name: 'writes-seen-in-order',
  claim:
    'A device that shows a write of another one to a row shows nothing older than what that one wrote to it before.',
  atLook: (look, ledger, findings) => {
    const fields = causalFields(ledger, look.entityType);
    const shown = lastShown(ledger, look, fields);
    if (shown.size === 0 || !isPlain(ledger, look)) return;
    for (const [author, last] of shown) {
      const before = ledger.writesOf(look).filter(({ by, n }) => by === author && n < last.n);
      for (const [field, write] of newestByField(before, fields)) {
        if (Object.hasOwn(last.set, field)) continue;
        findings.counts();
        if (isBehind(ledger, { look, field }, write))
          findings.found(`${tellBehind({ look, field }, write)}, though it shows a later write of that device`);
      }
    }
  },
};

/** Of each other device the latest write of which a value is shown. */
function lastShown(ledger: Ledger, look: Look, fields: readonly string[]): ReadonlyMap<string, LedgerWrite> {
  const last = new Map<string, LedgerWrite>();
  for (const field of fields) {
    const writer = soleWriter(ledger, look, { field, value: look.data[field] ?? null });
    if (writer === null || writer.by === look.device) continue;
    if ((last.get(writer.by)?.n ?? 0) < writer.n) last.set(writer.by, writer);
  }
  return last;
}
