import { type Ledger, type LedgerWrite, type Look, rowKeyOf } from '../ledger.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'counters-in-range',
  claim:
    'At any moment a counter shows all additions of the device itself and all that it showed before, each once, and any of the others.',
};

/** Counters during the run. Stories add powers of 8, so that a total tells which additions are in it. */
export const countersInRange: Invariant = { ...claim, fresh: remembering };

function remembering(): Invariant {
  /** Additions that a device has shown, by device, data, row and field. */
  const met = new Map<string, Set<number>>();
  return {
    ...claim,
    atLook: (look, ledger, findings) => {
      for (const field of counterFields(ledger, look)) {
        const additions = additionsOf(ledger, look, field);
        const value = look.data[field];
        if (additions === null || typeof value !== 'number') continue;
        findings.counts();
        const key = `${look.device} ${ledger.dataOf(look.device)} ${rowKeyOf(look)} ${field}`;
        const before = met.get(key) ?? new Set();
        const name = `${look.device} shows ${look.entityType}/${look.row} ${field} ${value} (${value.toString(8)} to base 8)`;
        const shown = partOf(value, additions, field);
        if (shown === null) {
          findings.found(`${name}, which no choice of the additions makes`);
          continue;
        }
        met.set(key, new Set(shown.map(({ n }) => n)));
        const missing = additions.find(
          (write) => !shown.includes(write) && (before.has(write.n) || isOwn(ledger, write, look)),
        );
        if (missing !== undefined) findings.found(`${name}, without ${missing.add[field]} of ${missing.by}`);
      }
    },
  };
}

/** A device that got other data may have lost what it had not sent. */
function isOwn(ledger: Ledger, write: LedgerWrite, look: Look): boolean {
  return write.by === look.device && ledger.dataOf(look.device) === 0;
}

function counterFields(ledger: Ledger, { entityType }: Look): readonly string[] {
  return Object.entries(ledger.typeOf(entityType)?.fields ?? {})
    .filter(([, { merge }]) => merge === 'counter')
    .map(([name]) => name);
}

/** The additions to a counter, greatest first, or null when a total does not tell which of them are in it. */
function additionsOf(ledger: Ledger, look: Look, field: string): readonly LedgerWrite[] | null {
  const writes = ledger.writesOf(look);
  const isOdd = (write: LedgerWrite): boolean =>
    write.action === 'delete' || Object.hasOwn(write.set, field) || !ledger.isCertain(write);
  if (ledger.reopened.has(rowKeyOf(look)) || writes.some(isOdd)) return null;
  const additions = writes
    .filter(({ add }) => (add[field] ?? 0) !== 0)
    .sort((a, b) => amount(b, field) - amount(a, field));
  let below = 0;
  for (const write of additions.toReversed()) {
    if (amount(write, field) <= below) return null;
    below += amount(write, field);
  }
  return additions;
}

function amount({ add }: LedgerWrite, field: string): number {
  return add[field] ?? 0;
}

/** The additions that make a total, each at most once, or null when none do. */
function partOf(total: number, additions: readonly LedgerWrite[], field: string): readonly LedgerWrite[] | null {
  const part: LedgerWrite[] = [];
  let left = total;
  for (const write of additions) {
    if (amount(write, field) > left) continue;
    left -= amount(write, field);
    part.push(write);
  }
  return left === 0 ? part : null;
}
