import type { Json } from '../lib/json.ts';
import { type Ledger, type LedgerWrite, type Look, type RowPlace, rowKeyOf } from './ledger.ts';

/** Policies that only decide between values of which neither writer had seen the other. */
const causal = ['latest', 'server', 'local', 'ask', 'max', 'min', 'custom', 'longest'];

/** Fields of a type whose values follow who had seen what. */
export function causalFields(ledger: Ledger, entityType: string): readonly string[] {
  const type = ledger.typeOf(entityType);
  const references = (type?.references ?? []).map(({ field }) => field);
  return Object.entries(type?.fields ?? {})
    .filter(([name, { owner, merge }]) => owner === 'user' && causal.includes(merge) && !references.includes(name))
    .map(([name]) => name);
}

/** Whether nothing but edits ever happened to a row: no delete, nothing taken back, no loss that the text allows. */
export function isPlain(ledger: Ledger, place: RowPlace): boolean {
  return (
    ledger.typeOf(place.entityType)?.catalogue === false &&
    !ledger.reopened.has(rowKeyOf(place)) &&
    ledger.writesOf(place).every((write) => write.action !== 'delete' && ledger.isCertain(write)) &&
    !ledger.mayFallWithParent(place)
  );
}

/**
 * Whether what is shown of a field is older than a write to it: nothing at all, or a value that the writer, or whoever
 * that one had it from, wrote over. A value that several wrote tells nothing.
 */
export function isBehind(
  ledger: Ledger,
  { look, field }: { readonly look: Look; readonly field: string },
  write: LedgerWrite,
): boolean {
  const value = look.data[field] ?? null;
  if (value === null) return write.set[field] !== null;
  const writer = soleWriter(ledger, look, { field, value });
  return writer !== null && writer.n !== write.n && ledger.isBefore(writer, write, field);
}

/** Who wrote a value, when that is certain: one writer, and not what the field holds from the beginning. */
export function soleWriter(
  ledger: Ledger,
  place: RowPlace,
  { field, value }: { readonly field: string; readonly value: Json },
): LedgerWrite | null {
  if (value === null || ledger.isInitial(place, field, value)) return null;
  const [writer, other] = ledger.writersOf(place, field, value);
  return writer === undefined || other !== undefined ? null : writer;
}

/** Of writes, oldest first, the newest one to each of these fields. */
export function newestByField(
  writes: readonly LedgerWrite[],
  fields: readonly string[],
): ReadonlyMap<string, LedgerWrite> {
  const newest = new Map<string, LedgerWrite>();
  for (const write of writes) for (const field of fields) if (Object.hasOwn(write.set, field)) newest.set(field, write);
  return newest;
}

/** Says what a device shows of a field, against a write. */
export function tellBehind(
  { look, field }: { readonly look: Look; readonly field: string },
  write: LedgerWrite,
): string {
  const value = JSON.stringify(look.data[field] ?? null);
  return `${look.device} shows ${look.entityType}/${look.row} ${field} ${value}, older than ${JSON.stringify(write.set[field])} of ${write.by}`;
}
