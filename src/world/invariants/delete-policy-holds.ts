import { type Cell, cellsOf, clashesIn, knew, valueOf, wholeOf, writersIn } from '../clashes.ts';
import type { SeenVersion } from '../facts.ts';
import { wasAskedAbout } from '../knew-of.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from '../ledger.ts';
import type { Findings, Invariant } from './invariant.ts';

/**
 * Delete against edit, by the type's policy. Where the delete wins, only who knew of it makes the row anew. Where the edit
 * wins, or a person is asked, nothing is deleted that the deleter had not seen. What lost must be recorded: that is judged
 * by `every-write-accounted`.
 */
export const deletePolicyHolds: Invariant = {
  name: 'delete-policy-holds',
  claim:
    'Of a delete and an edit that did not know of each other the one stands that the type names, or a person does.',
  atRest: ({ ledger, histories }, findings) => {
    for (const place of ledger.rows().filter((one) => isJudged(ledger, one)))
      judge(place, histories.get(rowKeyOf(place)) ?? [], { ledger, findings });
  },
};

/** A row that was deleted, and about which no person decided. Under a natural key a row may have had several ids. */
function isJudged(ledger: Ledger, place: RowPlace): boolean {
  const type = ledger.typeOf(place.entityType);
  return (
    type?.catalogue === false &&
    type.naturalKey.length === 0 &&
    !ledger.mayFallWithParent(place) &&
    !ledger.reopened.has(rowKeyOf(place)) &&
    deletesOf(ledger, place).length > 0
  );
}

interface On {
  readonly ledger: Ledger;
  readonly findings: Findings;
}

function judge(place: RowPlace, history: readonly SeenVersion[], on: On): void {
  const policy = on.ledger.typeOf(place.entityType)?.onDelete;
  for (const [at, version] of history.entries()) {
    const before = history[at - 1];
    if (before === undefined || before.deleted === version.deleted) continue;
    on.findings.counts();
    if (version.deleted && policy !== 'delete-wins') judgeDelete(place, { before, version }, on);
    // What lost against the delete is kept beside it later: it was deleted when that began to stand.
    const since = history.slice(0, at).findLastIndex(({ deleted }) => !deleted) + 1;
    if (!version.deleted && policy !== 'edit-wins')
      judgeRevival(place, { before: history[since] ?? before, version }, on);
  }
  if (policy === 'edit-wins' && history.at(-1)?.deleted === true) judgeGone(place, history, on);
}

/** Somebody who knew all that stood must have deleted it. */
function judgeDelete(
  place: RowPlace,
  { before, version }: { readonly before: SeenVersion; readonly version: SeenVersion },
  { ledger, findings }: On,
): void {
  const deletes = deletesOf(ledger, place).filter(({ atMs }) => atMs <= (version.atMs ?? atMs));
  const stood = writersOf(before, place, ledger);
  const unseen = deletes.map((one) => stood.find(({ write, cell }) => !knewOf(ledger, { deletion: one, write, cell })));
  const [unknown] = deletes.length === 0 ? stood : unseen;
  if (unknown === undefined || unseen.includes(undefined)) return;
  findings.found(
    `${place.entityType}/${place.row} was deleted with ${told(unknown)}, which nobody who deleted it had seen, though ${policyText(place, ledger)}`,
  );
}

/** Somebody who made it anew must have known of the delete, or nothing of the row: its own delete takes a write along. */
function judgeRevival(
  place: RowPlace,
  { before, version }: { readonly before: SeenVersion; readonly version: SeenVersion },
  { ledger, findings }: On,
): void {
  const deletes = deletesOf(ledger, place).filter(({ atMs }) => atMs <= (before.atMs ?? atMs));
  const writers = writersOf(version, place, ledger);
  const isAllowed = writers.some(({ write, cell }) => {
    if (deletes.some(({ by, n }) => by === write.by && n < write.n)) return true;
    const isMaker = write.action === 'create' || hasMade(ledger, write);
    return isMaker && !deletes.some((deletion) => knewOf(ledger, { deletion, write, cell }));
  });
  if (writers.length === 0 || isAllowed) return;
  const [first] = writers;
  findings.found(
    `${place.entityType}/${place.row} came back with ${first === undefined ? 'nothing' : told(first)}, who did not know of the delete, though ${policyText(place, ledger)}`,
  );
}

/** An edit that never stood, lost to no value and that no deleter had seen, must have brought the row back. */
function judgeGone(place: RowPlace, history: readonly SeenVersion[], { ledger, findings }: On): void {
  const type = ledger.typeOf(place.entityType);
  const deletes = deletesOf(ledger, place);
  for (const cell of type === undefined ? [] : cellsOf(ledger, type)) {
    for (const clash of clashesIn(ledger, history, { place, cell })) {
      if (clash.kind !== 'lost' || clash.isPartly || clash.rivals.length > 0) continue;
      findings.counts();
      if (deletes.some((one) => knewOf(ledger, { deletion: one, write: clash.mine, cell }))) continue;
      findings.found(
        `${place.entityType}/${place.row} is gone with ${told({ write: clash.mine, cell })}, which nobody who deleted it had seen, though ${policyText(place, ledger)}`,
      );
    }
  }
}

interface Written {
  readonly write: LedgerWrite;
  readonly cell: Cell;
}

/** Who wrote what stands in a version, where that is known. */
function writersOf({ data }: SeenVersion, place: RowPlace, ledger: Ledger): readonly Written[] {
  const type = ledger.typeOf(place.entityType);
  return (type === undefined ? [] : cellsOf(ledger, type)).flatMap((cell) => {
    const writers = valueOf(cell, data) === null ? [] : writersIn(ledger, place, cell, wholeOf(cell, data));
    return writers.length === 1 ? [{ write: writers[0] as LedgerWrite, cell }] : [];
  });
}

/** Whether the deleter had this write, or one upon it, or was asked about it, or lets nobody tell. */
function knewOf(ledger: Ledger, { deletion, write, cell }: Written & { readonly deletion: LedgerWrite }): boolean {
  if (deletion.by === write.by) return deletion.n > write.n;
  const field = cell.fields[0] as string;
  if (wasAskedAbout(ledger, { deletion, write, field })) return true;
  return knew(ledger, { theirs: write, mine: deletion }, cell) !== 'no';
}

/** Whether its device had made the row anew before, so that this is an edit of that one. */
function hasMade(ledger: Ledger, write: LedgerWrite): boolean {
  return ledger.writesOf(write).some(({ action, by, n }) => action === 'create' && by === write.by && n < write.n);
}

function deletesOf(ledger: Ledger, place: RowPlace): readonly LedgerWrite[] {
  return ledger.writesOf(place).filter(({ action }) => action === 'delete');
}

function told({ write, cell }: Written): string {
  return `${cell.name} ${JSON.stringify(valueOf(cell, write.set))} of ${write.by}`;
}

function policyText({ entityType }: RowPlace, ledger: Ledger): string {
  return { 'delete-wins': 'the delete wins', 'edit-wins': 'the edit wins', ask: 'nobody was asked' }[
    ledger.typeOf(entityType)?.onDelete ?? 'delete-wins'
  ];
}
