import { sameJson } from '../../lib/json.ts';
import type { Invariant } from './invariant.ts';

/** A device shows what it just wrote. */
export const ownWritesShown: Invariant = {
  name: 'own-writes-shown',
  claim: 'Right after a write the device that took it shows it.',
  afterWrite: (write, { shown, ledger }, findings) => {
    findings.counts();
    const name = `${write.by} ${write.entityType}/${write.row}`;
    if (write.action === 'delete') {
      if (shown !== null) findings.found(`${name} is still shown after it was deleted`);
      return;
    }
    for (const [field, value] of Object.entries(write.set)) {
      if (ledger.isReference(write.entityType, field)) continue;
      if (!sameJson(shown?.data[field] ?? null, value))
        findings.found(
          `${name} shows ${field} ${JSON.stringify(shown?.data[field] ?? null)} after ${JSON.stringify(value)} was written`,
        );
    }
  },
};
