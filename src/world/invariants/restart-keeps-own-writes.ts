import { causalFields, isBehind, isPlain, newestByField, tellBehind } from '../behind.ts';
import { rowKeyOf } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Read your writes, over all lives of a device. A device that got other data shows what those hold. */
export const restartKeepsOwnWrites: Invariant = {
  name: 'restart-keeps-own-writes',
  claim: 'After a restart a device shows what it wrote before, or something newer.',
  atView: ({ device, user, occasion, rows }, { ledger }, findings) => {
    if (occasion !== 'started' || ledger.dataOf(device) > 0) return;
    for (const place of ledger.rows()) {
      if (place.user !== user) continue;
      const own = ledger.writesOf(place).filter(({ by }) => by === device);
      if (own.length === 0 || !isPlain(ledger, place)) continue;
      const look = rows.get(rowKeyOf(place)) ?? { ...place, device, data: {} };
      for (const [field, write] of newestByField(own, causalFields(ledger, place.entityType))) {
        findings.counts();
        if (isBehind(ledger, { look, field }, write))
          findings.found(`after a restart ${tellBehind({ look, field }, write)}`);
      }
    }
  },
};
