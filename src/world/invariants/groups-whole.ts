import { type Ledger, type LedgerWrite, rowKeyOf } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

/** Edits that were made together take effect together. */
export const groupsWhole: Invariant = {
  name: 'groups-whole',
  claim: 'Of edits that were made as one, the server took all or none.',
  atRest: ({ effects, ledger }, findings) => {
    const groups = new Map<number, LedgerWrite[]>();
    for (const write of ledger.writes) {
      if (write.group !== undefined) groups.set(write.group, [...(groups.get(write.group) ?? []), write]);
    }
    for (const members of groups.values()) {
      if (
        members.some((member) => mayHaveMet(ledger, member)) ||
        members.some((member) => ledger.reopened.has(rowKeyOf(member)))
      )
        continue;
      const [first] = members;
      if (first === undefined) continue;
      findings.counts();
      const taken = first.changeIds.filter((id) => (effects.get(first.user)?.get(id) ?? 0) > 0);
      if (taken.length > 0 && taken.length < first.changeIds.length)
        findings.found(
          `of the group ${first.changeIds.join(', ')} of ${first.by} only ${taken.join(', ')} took effect`,
        );
    }
  },
};

/**
 * Whether the row of a member was written elsewhere too, or here on data that were replaced, of which the device knows no more: then what
 * the two made of it may be that nothing is left of the member, and the others of its group go on, under new ids.
 */
function mayHaveMet(ledger: Ledger, member: LedgerWrite): boolean {
  return ledger.writesOf(member).some(({ by, onData }) => by !== member.by || onData !== member.onData);
}
