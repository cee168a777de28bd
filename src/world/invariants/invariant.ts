import type { Awaitable } from '../../ports/storage.ts';
import type { Facts } from '../facts.ts';
import type { Ledger, LedgerWrite, Look } from '../ledger.ts';

/** Where an invariant says what it found, and counts how often it meant something. */
export interface Findings {
  /** Something is not allowed: a sentence that names device, row and values. */
  found(text: string): void;
  /** One meaningful look. An invariant without any proves nothing in that run. */
  counts(): void;
}

/** One claim about every story, judged from outside the engine. */
export interface Invariant {
  /** In kebab case: what must hold. */
  readonly name: string;
  /** One sentence for people. */
  readonly claim: string;
  /** Asked after each write a device took: what it shows of the row now, null for none. */
  afterWrite?(
    write: LedgerWrite,
    after: { readonly shown: Look | null; readonly ledger: Ledger },
    findings: Findings,
  ): void;
  /** Asked whenever a device shows a row. */
  atLook?(look: Look, ledger: Ledger, findings: Findings): void;
  /** Asked once, when the world is at rest. May let it sync once more. */
  atRest?(facts: Facts, findings: Findings): Awaitable<void>;
  /** Makes a fresh one for a run, for invariants that remember. */
  fresh?(): Invariant;
}
