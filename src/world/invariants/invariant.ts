import type { Limits } from '../../core/limits.ts';
import type { Awaitable } from '../../ports/storage.ts';
import type { Stage } from '../../stage/stage.ts';
import type { TraceKind, TraceRecord } from '../../trace/record.ts';
import type { Facts } from '../facts.ts';
import type { Ledger, LedgerWrite, Look } from '../ledger.ts';
import type { StatusSeen, View } from '../view.ts';

/** Where an invariant says what it found, and counts how often it meant something. */
export interface Findings {
  /** Something is not allowed: a sentence that names device, row and values. */
  found(text: string): void;
  /** One meaningful look. An invariant without any proves nothing in that run. */
  counts(): void;
}

/** What an invariant may look at while a story runs. */
export interface World {
  readonly ledger: Ledger;
  readonly stage: Stage;
  /** The bounds that a device works with. */
  limits(device: string): Limits;
}

/**
 * What an invariant does with records of the run, by kind. A device may be read only in a record of the player, such as
 * `step`: all others come from within an event.
 */
export type Heeds = {
  readonly [Kind in TraceKind]?: (record: TraceRecord, world: World, findings: Findings) => void;
};

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
  /** The kinds of records it hears of, as they happen. Nothing is asked of it for others. */
  readonly heeds?: Heeds;
  /** Asked when a device is looked at as a whole: before a kill, after a restart, when its line is cut. */
  atView?(view: View, world: World, findings: Findings): void;
  /** Asked whenever somebody reads the status of a device, with what was read. */
  atStatus?(seen: StatusSeen, world: World, findings: Findings): void;
  /** Asked once, when the world is at rest. May let it sync once more. */
  atRest?(facts: Facts, findings: Findings): Awaitable<void>;
  /** Makes a fresh one for a run, for invariants that remember. */
  fresh?(): Invariant;
}
