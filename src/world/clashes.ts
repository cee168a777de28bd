import type { EntityType } from '../core/model/registry.ts';
import { type Json, type JsonObject, sameJson } from '../lib/json.ts';
import type { SeenVersion } from './facts.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from './ledger.ts';

/** What is judged as one: a field, or the fields of a unit. */
export interface Cell {
  readonly name: string;
  readonly fields: readonly string[];
  readonly policy: string;
}

/** Something that became of a written value where somebody had written another without seeing it. */
export type ClashSeen =
  /**
   * On the server `mine` took the place of `theirs`. `tips`: what its writer had written upon it by then; a device holds
   * the newest of its edits against theirs, and sends all of them. And what it had written before without having seen theirs:
   * when that met theirs and won, `mine` was written upon the winner. `isPartly`: of a later one nobody can tell what it was written upon.
   */
  | {
      readonly kind: 'replaced';
      readonly cell: Cell;
      readonly mine: LedgerWrite;
      readonly theirs: LedgerWrite;
      readonly tips: readonly LedgerWrite[];
      readonly isPartly: boolean;
    }
  /**
   * The value of `mine` never stood on the server, and nobody wrote upon it. `rivals` stood there; `isPartly`: so did
   * values that nobody is known by.
   */
  | {
      readonly kind: 'lost';
      readonly cell: Cell;
      readonly mine: LedgerWrite;
      readonly rivals: readonly LedgerWrite[];
      readonly isPartly: boolean;
    };

/** Policies whose outcome is one of the two values. */
const choosing = ['latest', 'server', 'local', 'max', 'min', 'ask'];

/** The cells of a type in which one of the values written stands: no sets, counters, references, keys, narrow steps. */
export function cellsOf(ledger: Ledger, type: EntityType): readonly Cell[] {
  const apart = [...type.references.map(({ field }) => field), ...type.naturalKey];
  const isChoosing = (policy: string): boolean =>
    choosing.includes(policy) || Object.hasOwn(ledger.registry.rules, policy);
  const units = Object.entries(type.units).map(([name, { fields, merge }]) => ({ name, fields, policy: merge }));
  const united = units.flatMap(({ fields }) => fields);
  const alone = Object.entries(type.fields)
    .filter(([name, { owner }]) => owner === 'user' && !united.includes(name) && !apart.includes(name))
    .map(([name, { merge }]) => ({ name, fields: [name], policy: merge }));
  return [...units, ...alone].filter(({ policy }) => isChoosing(policy));
}

/** The value of a cell in a row or an edit; of a unit that of its first field, whose writes are those of all. */
export function valueOf(cell: Cell, data: Readonly<Record<string, Json>> | null): Json {
  return data?.[cell.fields[0] as string] ?? null;
}

/** All of a cell in a row or an edit: of a unit an object of its fields. */
export function wholeOf(cell: Cell, data: Readonly<Record<string, Json>> | null): Json {
  if (!isUnit(cell)) return valueOf(cell, data);
  return Object.fromEntries(cell.fields.map((field) => [field, data?.[field] ?? null]));
}

/** Who wrote all of this value of a cell. Edits that change one field of a unit are told apart by the others. */
export function writersIn(ledger: Ledger, place: RowPlace, cell: Cell, whole: Json): readonly LedgerWrite[] {
  const value = isUnit(cell) ? valueOf(cell, whole as JsonObject | null) : whole;
  const writers = ledger.writersOf(place, cell.fields[0] as string, value);
  return isUnit(cell) ? writers.filter(({ set }) => sameJson(wholeOf(cell, set), whole)) : writers;
}

function isUnit({ name, fields }: Cell): boolean {
  return name !== fields[0];
}

/** The writes that gave a cell a value of its own. */
export function writesTo(ledger: Ledger, place: RowPlace, cell: Cell): readonly LedgerWrite[] {
  return ledger.writesOf(place).filter(({ set }) => {
    const value = valueOf(cell, set);
    return value !== null && !ledger.isInitial(place, cell.fields[0] as string, value);
  });
}

/** A row about which nothing but its values is in question. */
export function isPlain(ledger: Ledger, place: RowPlace): boolean {
  return (
    ledger.typeOf(place.entityType)?.catalogue === false &&
    !ledger.mayFallWithParent(place) &&
    !ledger.reopened.has(rowKeyOf(place)) &&
    ledger.writesOf(place).every(({ action }) => action !== 'delete')
  );
}

/** Every clash in a cell of a row, by what stood on the server one after the other. */
export function clashesIn(
  ledger: Ledger,
  history: readonly SeenVersion[],
  { place, cell }: { readonly place: RowPlace; readonly cell: Cell },
): readonly ClashSeen[] {
  const field = cell.fields[0] as string;
  const stood = stoodIn(ledger, history, { place, cell });
  const writes = writesTo(ledger, place, cell);
  const replaced = stood.flatMap(({ writer: mine, atMs }, at): readonly ClashSeen[] => {
    const theirs = stood[at - 1]?.writer ?? null;
    if (theirs === null || mine === null || knew(ledger, { theirs, mine }, cell) !== 'no') return [];
    const own = writes.filter((one) => one.by === mine.by && one !== mine && one.atMs <= (atMs ?? one.atMs));
    const tips = own.filter(
      (one) =>
        knew(ledger, { theirs: mine, mine: one }, cell) === 'yes' ||
        (ledger.isBefore(one, mine, field) && knew(ledger, { theirs, mine: one }, cell) === 'no'),
    );
    const isPartly = own.some((one) => one.n > mine.n && knew(ledger, { theirs: mine, mine: one }, cell) === 'unknown');
    return [{ kind: 'replaced', cell, mine, theirs, tips, isPartly }];
  });
  const placed = new Set(stood.map(({ writer }) => writer?.n));
  const upon = new Set(
    ledger.writesOf(place).flatMap(({ seen }) => writersIn(ledger, place, cell, wholeOf(cell, seen))),
  );
  const isPartly = stood.some(({ writer }) => writer === null);
  const lost = writes
    .filter((mine) => mine.by !== 'fixture' && !placed.has(mine.n) && !upon.has(mine) && ledger.isCertain(mine))
    .map((mine): ClashSeen => {
      const known = stood.flatMap(({ writer }) => (writer === null ? [] : writer));
      const rivals = known.filter((theirs) => knew(ledger, { theirs, mine }, cell) === 'no');
      const isOpen = isPartly || known.some((theirs) => knew(ledger, { theirs, mine }, cell) === 'unknown');
      return { kind: 'lost', cell, mine, rivals, isPartly: isOpen };
    });
  return [...replaced, ...lost];
}

/** Whether the writer of `mine` had seen the value of `theirs`, or one upon it; values that several wrote hide it. */
export function knew(
  ledger: Ledger,
  { theirs, mine }: { readonly theirs: LedgerWrite; readonly mine: LedgerWrite },
  cell: Cell,
): 'yes' | 'no' | 'unknown' {
  const field = cell.fields[0] as string;
  const met = new Set<number>();
  for (let at = mine; !met.has(at.n); ) {
    met.add(at.n);
    const seen = at.seen?.[field] ?? null;
    if (seen === null) return 'no';
    if (ledger.isInitial(at, field, seen)) return ledger.isSetTo(at, field, seen) ? 'unknown' : 'no';
    // What was written later was not seen yet.
    const before = at.n;
    const writers = writersIn(ledger, at, cell, wholeOf(cell, at.seen)).filter(({ n }) => n < before);
    const [writer] = writers;
    if (writer === undefined || writers.length > 1) return 'unknown';
    if (writer === theirs) return 'yes';
    at = writer;
  }
  return 'unknown';
}

/** A value that stood in a cell. */
interface Stood {
  /** Null for a value that several wrote, or nobody. */
  readonly writer: LedgerWrite | null;
  readonly atMs: number | null;
}

/** What stood in a cell, one after the other. */
function stoodIn(
  ledger: Ledger,
  history: readonly SeenVersion[],
  { place, cell }: { readonly place: RowPlace; readonly cell: Cell },
): readonly Stood[] {
  const field = cell.fields[0] as string;
  const fixture = writesTo(ledger, place, cell).find(({ by }) => by === 'fixture');
  const stood: Stood[] = fixture === undefined ? [] : [{ writer: fixture, atMs: 0 }];
  for (const { data, atMs } of history) {
    const value = valueOf(cell, data);
    if (value === null || ledger.isInitial(place, field, value)) continue;
    const writers = writersIn(ledger, place, cell, wholeOf(cell, data));
    const writer = writers.length === 1 ? (writers[0] as LedgerWrite) : null;
    if (stood.length === 0 || stood.at(-1)?.writer !== writer) stood.push({ writer, atMs });
  }
  return stood;
}
