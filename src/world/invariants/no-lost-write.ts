import type { Json } from '../../lib/json.ts';
import { heldBy } from '../facts.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Policies whose outcome is one of the values written: the weak check is whether it is a newest one. */
const registers = ['latest', 'server', 'local', 'ask', 'max', 'min', 'custom', 'longest'];

/**
 * The weak check of the outcome: the value that stands was not written before another value whose writer had seen it.
 * Rows that were deleted or taken back by a person are left to other invariants.
 */
export const noLostWrite: Invariant = {
  name: 'no-lost-write',
  claim: 'No value stands that somebody had seen and written over, and no written field is left empty.',
  atRest: ({ server, ledger }, findings) => {
    for (const place of ledger.rows().filter((one) => isJudged(ledger, one))) {
      const row = heldBy(server, place);
      for (const field of registerFields(ledger, place)) {
        const writes = ledger
          .writesOf(place)
          .filter((one) => Object.hasOwn(one.set, field) && one.set[field] !== null && ledger.isCertain(one));
        if (writes.length === 0) continue;
        findings.counts();
        const lost = lostOver(ledger, { place, field, value: row?.data[field] ?? null }, writes);
        if (lost !== null) findings.found(lost);
      }
    }
  },
};

function isJudged(ledger: Ledger, place: RowPlace): boolean {
  const isPlain = ledger.typeOf(place.entityType)?.catalogue === false;
  return (
    isPlain &&
    !ledger.mayFallWithParent(place) &&
    !ledger.reopened.has(rowKeyOf(place)) &&
    ledger.writesOf(place).every(({ action }) => action !== 'delete')
  );
}

/** Fields that hold one of the values written. Members of a unit change together, with null as a value like others. */
function registerFields(ledger: Ledger, { entityType }: RowPlace): readonly string[] {
  const type = ledger.typeOf(entityType);
  const references = (type?.references ?? []).map(({ field }) => field);
  const united = Object.values(type?.units ?? {}).flatMap(({ fields }) => fields);
  return Object.entries(type?.fields ?? {})
    .filter(
      ([name, { owner, merge }]) =>
        owner === 'user' && registers.includes(merge) && !united.includes(name) && !references.includes(name),
    )
    .map(([name]) => name);
}

function lostOver(
  ledger: Ledger,
  at: { readonly place: RowPlace; readonly field: string; readonly value: Json },
  writes: readonly LedgerWrite[],
): string | null {
  const { place, field, value } = at;
  const name = `${place.entityType}/${place.row} ${field}`;
  const last = writes.at(-1) as LedgerWrite;
  if (value === null) return `${name} is empty, though ${last.by} wrote ${JSON.stringify(last.set[field])}`;
  const writers = ledger.writersOf(place, field, value);
  if (writers.length !== 1) return null;
  const writer = writers[0] as LedgerWrite;
  const over = writes.find((other) => ledger.isBefore(writer, other, field));
  return over === undefined
    ? null
    : `${name} is ${JSON.stringify(value)} of ${writer.by}, though ${over.by} saw that and wrote ${JSON.stringify(over.set[field])}`;
}
