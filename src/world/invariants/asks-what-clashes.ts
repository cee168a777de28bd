import { canonicalJson, type Json, sameJson } from '../../lib/json.ts';
import { type Cell, type ClashSeen, cellsOf, clashesIn, isPlain, knew, valueOf, writersIn } from '../clashes.ts';
import type { Facts } from '../facts.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from '../ledger.ts';
import type { Question } from '../questions.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'asks-what-clashes',
  claim: 'A person is asked about every clash that the policy leaves to people, about nothing else, and once.',
};

/**
 * Detection of conflicts is complete and precise: of two values written apart none wins by itself, none is put in
 * question by a value that its writer had seen, and what a person decided is not asked again.
 */
export const asksWhatClashes: Invariant = { ...claim, fresh: () => remembering() };

function remembering(): Invariant {
  let isRestored = false;
  return {
    ...claim,
    heeds: {
      // Under a new epoch devices know no base any more: what was sent before is asked about, seen or not.
      server: ({ data }) => {
        isRestored ||= data.change === 'restored';
      },
    },
    atRest: (facts, findings) => {
      for (const place of facts.ledger.rows().filter((one) => isPlain(facts.ledger, one)))
        judgeRow(place, facts, findings);
      if (!isRestored)
        for (const question of facts.ledger.questions.all()) judgeQuestion(question, facts.ledger, findings);
      judgeDecisions(facts.ledger, findings);
    },
  };
}

function judgeRow(place: RowPlace, { ledger, histories }: Facts, findings: Findings): void {
  const type = ledger.typeOf(place.entityType);
  for (const cell of type === undefined ? [] : cellsOf(ledger, type).filter(({ policy }) => policy === 'ask')) {
    for (const clash of clashesIn(ledger, histories.get(rowKeyOf(place)) ?? [], { place, cell })) {
      findings.counts();
      if (wasDecided(clash, { place, ledger })) continue;
      const value = JSON.stringify(valueOf(cell, clash.mine.set));
      const end = clash.kind === 'replaced' ? `took the place of ${clash.theirs.by}'s` : 'was given up';
      findings.found(`${nameOf(place, cell.name)} ${value} of ${clash.mine.by} ${end}, and nobody was asked`);
    }
  }
}

/** Whether a person kept or gave up this value, or one that the same device wrote upon it. */
function wasDecided(
  clash: ClashSeen,
  { place, ledger }: { readonly place: RowPlace; readonly ledger: Ledger },
): boolean {
  const { cell, mine } = clash;
  if (clash.kind === 'lost' && clash.isPartly) return true;
  const keep = clash.kind === 'replaced' ? 'mine' : 'theirs';
  const values = [mine, ...(clash.kind === 'replaced' ? clash.tips : [])].map(({ set }) => valueOf(cell, set));
  return ledger.questions.decisions.some(
    (decision) =>
      decision.keep === keep &&
      rowKeyOf(decision) === rowKeyOf(place) &&
      decision.fields.some(({ name, mine: kept }) => {
        return name === cell.name && values.some((value) => sameJson(value, inCell(cell, kept)));
      }),
  );
}

function judgeQuestion(question: Question, ledger: Ledger, findings: Findings): void {
  const type = ledger.typeOf(question.entityType);
  if (type === undefined || question.kind !== 'fields') return;
  for (const { name, mine, theirs } of question.fields) {
    const cell = cellsOf(ledger, type).find((one) => one.name === name);
    if (cell === undefined) continue;
    findings.counts();
    const told = `${question.device} asks about ${nameOf(question, name)} ${show(cell, mine)} against ${show(cell, theirs)}`;
    if (cell.policy !== 'ask' && !Object.hasOwn(ledger.registry.rules, cell.policy))
      findings.found(`${told}, which ${cell.policy} decides`);
    if (sameJson(mine, theirs)) findings.found(`${told}: they are the same`);
    else if (isOneUponOther(question, { cell, mine, theirs }, ledger))
      findings.found(`${told}: one was written upon the other`);
  }
}

/**
 * Whether the writer of one value had seen the other. A device whose data were replaced may have forgotten that it sent its own,
 * so that what others wrote upon it looks foreign.
 */
function isOneUponOther(
  { device, ...place }: RowPlace & Pick<Question, 'device'>,
  { cell, mine, theirs }: { readonly cell: Cell; readonly mine: Json; readonly theirs: Json },
  ledger: Ledger,
): boolean {
  const [ours, others] = [mine, theirs].map((value) => writersIn(ledger, place, cell, value));
  if (ours?.length !== 1 || others?.length !== 1) return false;
  const [one, other] = [ours[0] as LedgerWrite, others[0] as LedgerWrite];
  if (knew(ledger, { theirs: other, mine: one }, cell) === 'yes') return true;
  return ledger.dataOf(device) === 0 && knew(ledger, { theirs: one, mine: other }, cell) === 'yes';
}

function judgeDecisions(ledger: Ledger, findings: Findings): void {
  const decided = new Set<string>();
  for (const { device, fields, kind, ...place } of ledger.questions.decisions.filter(
    ({ kind: one }) => one === 'fields',
  )) {
    for (const { name, mine, theirs } of fields) {
      findings.counts();
      const key = canonicalJson([device, rowKeyOf(place), name, mine, theirs]);
      if (decided.has(key))
        findings.found(`${device} asked again about ${nameOf(place, name)} ${JSON.stringify(mine)}, which was decided`);
      decided.add(key);
    }
  }
}

/** The value of a cell as a question holds it: that of a field, or an object of a unit's fields. */
function inCell(cell: Cell, value: Json): Json {
  return cell.name === cell.fields[0] ? value : valueOf(cell, value as Readonly<Record<string, Json>> | null);
}

function show(cell: Cell, value: Json): string {
  return JSON.stringify(inCell(cell, value));
}

function nameOf({ entityType, row }: Pick<RowPlace, 'entityType' | 'row'>, name: string): string {
  return `${entityType}/${row} ${name}`;
}
