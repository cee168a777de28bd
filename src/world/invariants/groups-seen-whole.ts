import { type Ledger, type LedgerWrite, rowKeyOf } from '../ledger.ts';
import type { View } from '../view.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'groups-seen-whole',
  claim: 'Of rows that were made as one a device shows all or none, at any moment.',
};

/** Atomic groups as devices see them. Rows that anybody wrote again stand for themselves. */
export const groupsSeenWhole: Invariant = { ...claim, fresh: remembering };

type Group = readonly LedgerWrite[];

function remembering(): Invariant {
  const groups = new Map<string, LedgerWrite[]>();
  return {
    ...claim,
    afterWrite: (write) => {
      if (write.changeIds.length < 2) return;
      const key = write.changeIds.join();
      groups.set(key, [...(groups.get(key) ?? []), write]);
    },
    atView: (view, { ledger }, findings) => {
      for (const group of groups.values()) check(view, group, { ledger, findings });
    },
    atRest: ({ devices, ledger }, findings) => {
      for (const { name, user, rows } of devices) {
        const keys = new Map(rows.map((row) => [rowKeyOf({ ...row, user }), row]));
        for (const group of groups.values()) check({ device: name, user, rows: keys }, group, { ledger, findings });
      }
    },
  };
}

function check(
  { device, user, rows }: Pick<View, 'device' | 'user'> & { readonly rows: ReadonlyMap<string, unknown> },
  group: Group,
  { ledger, findings }: { readonly ledger: Ledger; readonly findings: Findings },
): void {
  const isJudged =
    group.length > 1 &&
    group.every(
      (member) =>
        member.user === user &&
        member.action === 'create' &&
        ledger.isCertain(member) &&
        ledger.writesOf(member).length === 1 &&
        !ledger.reopened.has(rowKeyOf(member)),
    );
  if (!isJudged) return;
  const shown = group.filter((member) => rows.has(rowKeyOf(member)));
  if (shown.length > 0) findings.counts();
  if (shown.length === 0 || shown.length === group.length) return;
  const names = shown.map(({ entityType, row }) => `${entityType}/${row}`).join(', ');
  findings.found(`${device} shows ${names} alone of ${group.length} rows that ${group[0]?.by} made as one`);
}
