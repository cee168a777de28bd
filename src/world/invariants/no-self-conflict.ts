import type { Json } from '../../lib/json.ts';
import { cellsOf, knew, valueOf, wholeOf, writersIn } from '../clashes.ts';
import type { Facts } from '../facts.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from '../ledger.ts';
import type { Findings, Invariant } from './invariant.ts';

/** A repeat after a lost answer never clashes with its own earlier effect, by question or by loss. */
export const noSelfConflict: Invariant = {
  name: 'no-self-conflict',
  claim: 'What a device wrote is never held against what the same device wrote upon it.',
  atRest: ({ ledger, histories }, findings) => {
    for (const question of ledger.questions.all()) {
      for (const { name, mine, theirs } of question.fields)
        check({ place: question, cell: name, lost: mine, stands: theirs, what: 'is asked about' }, ledger, findings);
    }
    for (const place of ledger.rows()) judgeLosses(place, { ledger, histories }, findings);
  },
};

function judgeLosses(
  place: RowPlace,
  { ledger, histories }: Pick<Facts, 'ledger' | 'histories'>,
  findings: Findings,
): void {
  const type = ledger.typeOf(place.entityType);
  for (const { data, lost } of histories.get(rowKeyOf(place)) ?? []) {
    if (lost === null || data === null || type === undefined) continue;
    for (const cell of cellsOf(ledger, type)) {
      const [gone, stands] = [wholeOf(cell, lost), wholeOf(cell, data)];
      if (valueOf(cell, lost) !== null && valueOf(cell, data) !== null)
        check({ place, cell: cell.name, lost: gone, stands, what: 'is lost' }, ledger, findings);
    }
  }
}

interface Pair {
  readonly place: RowPlace;
  readonly cell: string;
  readonly lost: Json;
  readonly stands: Json;
  readonly what: string;
}

function check({ place, cell: name, lost, stands, what }: Pair, ledger: Ledger, findings: Findings): void {
  const type = ledger.typeOf(place.entityType);
  const cell = type === undefined ? undefined : cellsOf(ledger, type).find((one) => one.name === name);
  if (cell === undefined) return;
  const writerOf = (value: Json): LedgerWrite | null => {
    const writers = writersIn(ledger, place, cell, value);
    return writers.length === 1 ? (writers[0] as LedgerWrite) : null;
  };
  const [mine, theirs] = [writerOf(lost), writerOf(stands)];
  if (mine === null || theirs === null) return;
  findings.counts();
  if (mine.by !== theirs.by || knew(ledger, { theirs, mine }, cell) !== 'yes') return;
  findings.found(
    `${place.entityType}/${place.row} ${name} ${JSON.stringify(valueOf(cell, mine.set))} of ${mine.by} ${what} against ${JSON.stringify(valueOf(cell, theirs.set))}, which ${mine.by} wrote it upon`,
  );
}
