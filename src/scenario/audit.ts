import type { Stage } from '../stage/stage.ts';
import type { TraceSink } from '../trace/record.ts';
import type { Plan } from './plan.ts';

/** One thing that an invariant does not allow. */
export interface AuditFinding {
  /** The invariant, in kebab case. */
  readonly invariant: string;
  /** A sentence that names device, row and values. */
  readonly text: string;
}

/**
 * What watches a run from outside the engine and judges it at the end. It sees what a user sees: what was written, what
 * is shown, what the server holds.
 */
export interface Audit {
  /** The stage as the player uses it from now on: the same, and every write is noted. Called once. */
  watch(stage: Stage): Stage;
  /** Takes every record of the run. */
  readonly record: TraceSink;
  /** Everything found so far and now. The world must be at rest; it may be made to sync once more. */
  findings(): Promise<readonly AuditFinding[]>;
  /** How often each invariant meant something, by name. One that is never above 0 proves nothing. */
  applied(): Readonly<Record<string, number>>;
  /** The clashes of the run. */
  clashes(): ClashCounts;
}

/** How many clashes were judged by what the policy names (strong), and of how many that could not be told (weak). */
export interface ClashCounts {
  readonly strong: number;
  readonly weak: number;
}

/** Makes the audit of one run. */
export type OpenAudit = (plan: Plan) => Audit;
