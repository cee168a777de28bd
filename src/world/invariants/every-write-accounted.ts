import type { LogEntry } from '../../core/sync/tables.ts';
import { canonicalJson, type Json, type JsonObject } from '../../lib/json.ts';
import { type Cell, cellsOf, valueOf, writesTo } from '../clashes.ts';
import type { Facts } from '../facts.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** What the log says of values that are no more: the rest of it tells of items that go on under another name. */
const endings: readonly LogEntry['kind'][] = ['lost', 'resolved', 'cancelled', 'dropped', 'undone'];

/**
 * No acknowledged write is lost, in its full form: what a device took stood on the server, or was written over by who saw
 * it, or went with a delete by who knew it, or is kept among what was lost. Anything else is silently gone.
 */
export const everyWriteAccounted: Invariant = {
  name: 'every-write-accounted',
  claim: 'Every value that a device took stood on the server, was written over knowingly, or is recorded as lost.',
  atRest: async (facts, findings) => {
    const recorded = await recordedLosses(facts);
    const { ledger } = facts;
    for (const place of ledger.rows().filter((one) => isJudged(ledger, one))) {
      const type = ledger.typeOf(place.entityType);
      for (const cell of type === undefined ? [] : cellsOf(ledger, type)) {
        for (const { write, isAccounted } of accountsOf({ place, cell }, facts, recorded)) {
          findings.counts();
          if (isAccounted) continue;
          const value = textOf(valueOf(cell, write.set));
          findings.found(
            `${place.entityType}/${place.row} ${cell.name} ${value} of ${write.by} never stood on the server, nobody wrote upon it, and no loss is recorded`,
          );
        }
      }
    }
  },
};

/** The writes to a cell that must be accounted for, and whether they are. */
function accountsOf(
  { place, cell }: { readonly place: RowPlace; readonly cell: Cell },
  facts: Facts,
  recorded: ReadonlySet<string>,
): readonly { readonly write: LedgerWrite; readonly isAccounted: boolean }[] {
  const { ledger, histories } = facts;
  const stood = new Set((histories.get(rowKeyOf(place)) ?? []).map(({ data }) => textOf(valueOf(cell, data))));
  return writesTo(ledger, place, cell)
    .filter((write) => ledger.isCertain(write) && isLogThere(write, facts))
    .map((write) => {
      const value = valueOf(cell, write.set);
      const isThere = stood.has(textOf(value)) || recorded.has(lossKey(place, cell, value));
      return { write, isAccounted: isThere || isWrittenOver(ledger, write, cell) };
    });
}

function isJudged(ledger: Ledger, place: RowPlace): boolean {
  const isPlain = ledger.typeOf(place.entityType)?.catalogue === false;
  return isPlain && !ledger.mayFallWithParent(place) && !ledger.reopened.has(rowKeyOf(place));
}

/** Whether the log of the device that wrote can still be read: with all it held, under the same account. */
function isLogThere({ by, user }: LedgerWrite, { stage, ledger }: Facts): boolean {
  const device = stage.devices.get(by);
  return device?.user === user && device.engine() !== null && ledger.dataOf(by) === 0;
}

/** By a write that saw it, or with a delete of who had it. */
function isWrittenOver(ledger: Ledger, write: LedgerWrite, cell: Cell): boolean {
  const value = textOf(valueOf(cell, write.set));
  return ledger
    .writesOf(write)
    .some(
      (other) =>
        other !== write &&
        (textOf(valueOf(cell, other.seen)) === value ||
          (other.action === 'delete' && other.by === write.by && other.n > write.n)),
    );
}

/** Lost values that the server's histories and the logs of the devices keep. */
async function recordedLosses({ stage, ledger, histories }: Facts): Promise<ReadonlySet<string>> {
  const recorded = new Set<string>();
  for (const place of ledger.rows()) {
    for (const { lost } of histories.get(rowKeyOf(place)) ?? []) keepAll(recorded, place.entityType, lost);
  }
  for (const device of stage.devices.values()) {
    for (const { kind, entityType, kept } of (await device.engine()?.log()) ?? [])
      if (endings.includes(kind)) keepAll(recorded, entityType, kept);
  }
  return recorded;
}

/** Every field of what is kept: of values, of a unit, or of the whole change that left. */
function keepAll(recorded: Set<string>, entityType: string, kept: Json): void {
  if (kept === null || typeof kept !== 'object' || Array.isArray(kept)) return;
  for (const [name, value] of Object.entries(kept as JsonObject)) {
    recorded.add(`${entityType} ${name} ${textOf(value)}`);
    keepAll(recorded, entityType, value);
  }
}

function lossKey({ entityType }: RowPlace, { fields }: Cell, value: Json): string {
  return `${entityType} ${fields[0]} ${textOf(value)}`;
}

function textOf(value: Json): string {
  return canonicalJson(value);
}
