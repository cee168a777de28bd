import { type Cell, type ClashSeen, cellsOf, clashesIn, isPlain, valueOf } from '../clashes.ts';
import { type Ledger, type LedgerWrite, type RowPlace, rowKeyOf } from '../ledger.ts';
import { type Named, namedBy, type Side } from '../policy.ts';
import type { Findings, Invariant } from './invariant.ts';

/**
 * The strong check of the outcome: of two values written without knowing of each other exactly the one stands that the
 * policy names, clash by clash as the server's history shows them. Where the clocks leave it open which one that is, the
 * weak check `no-lost-write` has to do; both are counted. Questions to people are left to `asks-what-clashes`.
 */
export const policyDecides: Invariant = {
  name: 'policy-decides',
  claim: 'Of two values written apart exactly the one stands that the policy names.',
  atRest: ({ ledger, histories }, findings) => {
    for (const place of ledger.rows().filter((one) => isPlain(ledger, one))) {
      const type = ledger.typeOf(place.entityType);
      for (const cell of type === undefined ? [] : cellsOf(ledger, type).filter(({ policy }) => policy !== 'ask')) {
        const clashes = clashesIn(ledger, histories.get(rowKeyOf(place)) ?? [], { place, cell });
        for (const clash of clashes) judge(clash, { place, ledger, findings });
      }
    }
  },
};

interface On {
  readonly place: RowPlace;
  readonly ledger: Ledger;
  readonly findings: Findings;
}

function judge(clash: ClashSeen, on: On): void {
  if (clash.kind === 'replaced') judgeReplaced(clash, on);
  else judgeLost(clash, on);
}

function judgeReplaced(
  { cell, mine, theirs, tips, isPartly }: ClashSeen & { readonly kind: 'replaced' },
  { place, ledger, findings }: On,
): void {
  const verdicts = [mine, ...tips].map((one) => policyOn({ cell, mine: one, theirs }, ledger));
  const isOpen = !verdicts.includes('mine') && (isPartly || verdicts.includes('unsure'));
  count(place, { ledger, findings, isStrong: !isOpen });
  if (isOpen || verdicts.includes('mine')) return;
  findings.found(`${told(place, cell)} ${sideOf(theirs, cell)} should stand, not ${sideOf(mine, cell)}`);
}

function judgeLost(
  { cell, mine, rivals, isPartly }: ClashSeen & { readonly kind: 'lost' },
  { place, ledger, findings }: On,
): void {
  const verdicts = rivals.map((theirs) => policyOn({ cell, mine, theirs }, ledger));
  const isOpen = isPartly || verdicts.includes('unsure');
  count(place, { ledger, findings, isStrong: !isOpen });
  if (isOpen || verdicts.includes('theirs')) return;
  const there = rivals.length === 0 ? 'nothing' : rivals.map((one) => sideOf(one, cell)).join(', ');
  findings.found(`${told(place, cell)} ${sideOf(mine, cell)} should stand, but never did; there was ${there}`);
}

function told({ entityType, row }: RowPlace, { name, policy }: Cell): string {
  return `${entityType}/${row} ${name}: by ${policy}`;
}

function count(
  place: RowPlace,
  { ledger, findings, isStrong }: Omit<On, 'place'> & { readonly isStrong: boolean },
): void {
  ledger.clashed.add(rowKeyOf(place));
  ledger.clashes[isStrong ? 'strong' : 'weak'] += 1;
  if (isStrong) findings.counts();
}

function policyOn(
  { cell, mine, theirs }: { readonly cell: Cell; readonly mine: LedgerWrite; readonly theirs: LedgerWrite },
  ledger: Ledger,
): Named {
  return namedBy(cell.policy, {
    mine: meantBy(mine, cell, ledger),
    theirs: meantBy(theirs, cell, ledger),
    windowMs: ledger.windowOf(mine.by),
    order: ledger.typeOf(mine.entityType)?.fields[cell.fields[0] as string]?.order ?? [],
    rules: ledger.registry.rules,
  });
}

function meantBy(write: LedgerWrite, cell: Cell, ledger: Ledger): Side {
  const value = valueOf(cell, write.set);
  const errorMs = ledger.contacts.stampErrorOf({ ...write, field: cell.fields[0] as string, value });
  return { value, atMs: write.atMs, errorMs };
}

function sideOf({ by, atMs, set }: LedgerWrite, cell: Cell): string {
  return `${JSON.stringify(valueOf(cell, set))} of ${by} at ${atMs} ms`;
}
