import type { LogEntry } from '../../core/sync/tables.ts';
import { sameJson } from '../../lib/json.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'log-only-grows',
  claim: 'The log of a device only grows: numbered without gap or double, and no entry ever changes.',
};

/** Append-only logs, over all lives of a device. */
export const logOnlyGrows: Invariant = { ...claim, fresh: remembering };

function remembering(): Invariant {
  const known = new Map<string, { readonly data: string; readonly log: readonly LogEntry[] }>();
  return {
    ...claim,
    atView: ({ device, user, log }, { ledger }, findings) => {
      const data = `${ledger.dataOf(device)} ${user}`;
      const held = known.get(device);
      const before = held?.data === data ? held.log : [];
      known.set(device, { data, log });
      if (log.length > 0) findings.counts();
      const wrong = log.findIndex((entry, at) => entry.n !== (log[0]?.n ?? 1) + at);
      if (wrong >= 0)
        findings.found(`the log of ${device} has ${log[wrong]?.n} in place of ${(log[0]?.n ?? 1) + wrong}`);
      const changed = before.find((entry) => !isKept(entry, log));
      if (changed !== undefined) findings.found(`entry ${changed.n} of the log of ${device} (${changed.kind}) changed`);
    },
  };
}

function isKept(entry: LogEntry, log: readonly LogEntry[]): boolean {
  const now = log[entry.n - (log[0]?.n ?? 1)];
  return now === entry || sameJson(now as never, entry as never);
}
