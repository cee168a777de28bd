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
        const [certain, losable] = [
          writes.filter((one) => ledger.isCertain(one)),
          writes.filter((one) => !ledger.isCertain(one)),
        ];
        const sum = certain.reduce((total, { add }) => total + (add[name] ?? 0), 0);
        const optional = losable.map(({ add }) => add[name] ?? 0);
        const row = heldBy(server, place);
        const held = row?.data[name] ?? 0;
        if (!isSumWith(Number(held) - sum, optional))
          findings.found(
            `${place.entityType}/${place.row} ${name} is ${String(held)} (${octal(held)} to base 8) after additions of ${sum} (${octal(sum)})`,
          );
      }
    }
  },
};

/**
 * Whether a rest is the sum of some of these additions. They are taken from the largest down, which is exact where each is
 * more than all smaller ones together, as powers of 8 are.
 */
function isSumWith(rest: number, additions: readonly number[]): boolean {
  const left = [...additions]
    .sort((a, b) => b - a)
    .reduce((sum, one) => (one > 0 && one <= sum ? sum - one : sum), rest);
  return left === 0;
}

function octal(value: unknown): string {
  return typeof value === 'number' ? value.toString(8) : 'no number';
}
