import type { EntityKey } from '../core/ids.ts';

/** What was expected, what came instead, and the row that it is about. */
export interface Finding {
  readonly expected: string;
  readonly saw: string;
  /** The row that is missing, doubled or wrong; null when it is about none. */
  readonly row: EntityKey | null;
}

/** The claim does not hold: a finding. */
export class ClaimBroken extends Error {
  override readonly name = 'ClaimBroken';
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(`expected ${finding.expected}; saw ${finding.saw}`);
    this.finding = finding;
  }
}

/** The probe can't apply here: something that it needs is not given. The message says what. */
export class ProbeSkipped extends Error {
  override readonly name = 'ProbeSkipped';
}

/** The server refused what stands before the claim, so nothing is known of the claim. The message says what. */
export class Unprepared extends Error {
  override readonly name = 'Unprepared';
}

/** Throws ClaimBroken unless it holds. */
export function check(
  holds: boolean,
  { expected, saw, row = null }: { readonly expected: string; readonly saw: unknown; readonly row?: EntityKey | null },
): asserts holds {
  if (!holds) throw new ClaimBroken({ expected, saw: typeof saw === 'string' ? saw : shown(saw), row });
}

/** More than reports show: what is cut here could cut a token in two, so that it would not be known again. */
const shownMax = 20_000;

/** A value as evidence shows it: JSON, cut where it is long. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}
