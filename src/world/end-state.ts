import { canonicalJson, type Json } from '../lib/json.ts';
import { isPlain } from './clashes.ts';
import type { Facts } from './facts.ts';
import { type Ledger, type RowPlace, rowKeyOf } from './ledger.ts';

/** How a row ended that nothing but its writes decided: nobody clashed, nobody was asked, nothing was refused or lost. */
export interface RowEnd {
  /** Who wrote what, in order, as one text. */
  readonly writes: string;
  /** What the server holds at the end, elements of sets in order, as one text. */
  readonly data: string;
}

/** The ends of all such rows of a run, by `user type row`. */
export type EndState = Readonly<Record<string, RowEnd>>;

/**
 * Reads the rows of a run whose end may not depend on clocks, or on how their changes were packed into requests.
 * `disturbed`: rows, by the same keys, about which somebody was told that something is wrong.
 */
export function endStateOf(
  { ledger, server }: Pick<Facts, 'ledger' | 'server'>,
  disturbed: ReadonlySet<string>,
): EndState {
  const ends: Record<string, RowEnd> = {};
  for (const place of ledger.rows()) {
    const key = rowKeyOf(place);
    if (disturbed.has(key) || !isDecidedByWrites(ledger, place)) continue;
    const row = server.get(place.user)?.find((one) => one.entityType === place.entityType && one.row === place.row);
    const writes = ledger.writesOf(place).map(({ by, action, set, add }) => canonicalJson([by, action, set, add]));
    ends[key] = { writes: writes.join('\n'), data: row === undefined ? 'nothing' : canonicalJson(ordered(row.data)) };
  }
  return ends;
}

/** Rows that take over, or go with, other rows depend on what those met. */
function isDecidedByWrites(ledger: Ledger, place: RowPlace): boolean {
  const type = ledger.typeOf(place.entityType);
  return (
    type !== undefined &&
    type.naturalKey.length === 0 &&
    type.references.length === 0 &&
    isPlain(ledger, place) &&
    !ledger.clashed.has(rowKeyOf(place)) &&
    isTellable(ledger, place) &&
    ledger.writesOf(place).every((write) => ledger.isCertain(write))
  );
}

/** Whether each value tells its write: of narrow values that come twice nobody can say which of them met which. */
function isTellable(ledger: Ledger, place: RowPlace): boolean {
  const met = new Set<string>();
  for (const { set } of ledger.writesOf(place)) {
    for (const [field, value] of Object.entries(set)) {
      const token = `${field} ${canonicalJson(value)}`;
      if (met.has(token) || ledger.isInitial(place, field, value)) return false;
      met.add(token);
    }
  }
  return true;
}

function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, ordered(inner)]));
}

/** A row that two runs of the same writes end with differently, or null; `met` counts the rows that could be compared. */
export function differingEnd(
  one: EndState,
  other: EndState,
  met: () => void,
): { readonly row: string; readonly one: string; readonly other: string } | null {
  for (const [row, end] of Object.entries(one)) {
    const there = other[row];
    if (there === undefined || there.writes !== end.writes) continue;
    met();
    if (there.data !== end.data) return { row, one: end.data, other: there.data };
  }
  return null;
}
