import { heldBy } from '../facts.ts';
import { rowKeyOf } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Every addition counts once. Stories add powers of 8, so that each digit tells how often one of them counted. */
export const countersExact: Invariant = {
  name: 'counters-exact',
  claim: 'A counter is the sum of everything that was added to it: nothing lost, nothing counted twice.',
  atRest: ({ server, ledger }, findings) => {
    for (const place of ledger.rows()) {
      const writes = ledger.writesOf(place);
      if (ledger.reopened.has(rowKeyOf(place)) || writes.some(({ action }) => action === 'delete')) continue;
      const names = new Set(writes.flatMap(({ add }) => Object.keys(add)));
      for (const name of names) {
        findings.counts();
        const sum = writes.reduce((total, { add }) => total + (add[name] ?? 0), 0);
        const row = heldBy(server, place);
        const held = row?.data[name] ?? 0;
        if (held !== sum)
          findings.found(
            `${place.entityType}/${place.row} ${name} is ${String(held)} (${octal(held)} to base 8) after additions of ${sum} (${octal(sum)})`,
          );
      }
    }
  },
};

function octal(value: unknown): string {
  return typeof value === 'number' ? value.toString(8) : 'no number';
}
