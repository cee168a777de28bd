import { sameJson } from '../../lib/json.ts';
import { heldBy } from '../facts.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf, tokensOf } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** A set keeps what was added until somebody who saw it takes it out. */
export const setsKeep: Invariant = {
  name: 'sets-keep',
  claim: 'An element that was added to a set is there, unless someone who saw it took it out.',
  atRest: ({ server, ledger }, findings) => {
    for (const place of ledger.rows().filter((one) => isJudged(ledger, one))) {
      const row = heldBy(server, place);
      for (const field of setFields(ledger, place)) {
        const held = tokensOf(row?.data[field] ?? []);
        for (const element of added(ledger, place, field)) {
          findings.counts();
          const isOut = held.every((one) => !sameJson(one, element));
          if (isOut && !ledger.writesOf(place).some((write) => removes(write, field, element)))
            findings.found(
              `${place.entityType}/${place.row} ${field} lacks ${JSON.stringify(element)}, which nobody took out`,
            );
        }
      }
    }
  },
};

function isJudged(ledger: Ledger, place: RowPlace): boolean {
  return !ledger.reopened.has(rowKeyOf(place)) && ledger.writesOf(place).every(({ action }) => action !== 'delete');
}

function setFields(ledger: Ledger, { entityType }: RowPlace): readonly string[] {
  return Object.entries(ledger.typeOf(entityType)?.fields ?? {})
    .filter(([, { merge }]) => merge === 'set')
    .map(([name]) => name);
}

/** Elements that a write put in which has to be accounted for. What it had seen there is not its own. */
function added(ledger: Ledger, place: RowPlace, field: string) {
  return ledger.writesOf(place).flatMap((write) => {
    if (!Object.hasOwn(write.set, field) || !ledger.isCertain(write)) return [];
    const seen = tokensOf(write.seen?.[field] ?? []);
    return tokensOf(write.set[field] ?? []).filter((one) => seen.every((other) => !sameJson(one, other)));
  });
}

function removes(write: LedgerWrite, field: string, element: Parameters<typeof sameJson>[0]): boolean {
  if (!Object.hasOwn(write.set, field)) return false;
  const has = (list: ReturnType<typeof tokensOf>): boolean => list.some((one) => sameJson(one, element));
  return has(tokensOf(write.seen?.[field] ?? [])) && !has(tokensOf(write.set[field] ?? []));
}
