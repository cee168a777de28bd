import type { StageDevice } from '../stage/device.ts';
import type { Condition, Stage } from '../stage/stage.ts';
import type { TraceKind } from '../trace/record.ts';
import type { Audit } from './audit.ts';
import type { Judgement } from './judgement.ts';
import type { LabelBook } from './label-book.ts';
import type { Plan, PlanCheck, PlanExpectation, PlanStep } from './plan.ts';

/** Whom a step or check is about. */
export type Subject =
  | { readonly kind: 'all'; readonly name: 'all' }
  | { readonly kind: 'device'; readonly name: string; readonly device: StageDevice }
  | { readonly kind: 'server' | 'network' | 'clock' | 'story'; readonly name: string };

/** Something a step waits for before the next one begins. */
export interface Wait {
  readonly kind: 'wait';
  readonly condition: Condition;
  /** Deadline from now, ms of the story. */
  readonly withinMs: number;
  /** What is waited for, for the sentence of a failure: `queue is 0`. */
  readonly waitsFor: string;
  /** Asked once the condition holds: what is wrong all the same, or null. */
  readonly failure?: () => StepFailed | null;
  /** Asked when the deadline has passed: what still differs. */
  readonly differing?: () => Promise<Judgement>;
}

/** A step that could not be played, or whose own claim does not hold. */
export interface StepFailed {
  readonly kind: 'failed';
  readonly claim: string;
  readonly sentence: string;
  /** What differs, when checks failed. */
  readonly judgement?: Judgement;
  /** Whether its failures are in the result already. */
  readonly isNoted?: boolean;
}

/** How a step ends: at once, by a wait, or by failing. */
export type StepEnd = Wait | StepFailed | null;

/** What the player gives to a step. */
export interface Scene {
  readonly stage: Stage;
  readonly plan: Plan;
  readonly subject: Subject;
  readonly labels: LabelBook;
  /** What watches the run from outside the engine, or null when nothing does. */
  readonly audit: Audit | null;
  /** A whole number in [0, bound), drawn by the run's seed, the label and how often the label was drawn from. */
  draw(bound: number, label: string): number;
  /** Tells the trace something on the subject's lane. */
  tell(kind: TraceKind, data: Readonly<Record<string, unknown>>): void;
  /** How checks stand now, taken together. */
  judge(checks: readonly PlanCheck[], subject: Subject): Promise<Judgement>;
  /** Begins a step without waiting for it. */
  begin(step: PlanStep): Promise<StepEnd>;
  /** Plays steps while none of the expectations may hold at any look; gives the first failure. */
  playWatched(steps: readonly PlanStep[], never: readonly PlanExpectation[]): Promise<StepEnd>;
  /** Judges all expectations and notes each that fails; the step fails when any does. */
  expectNow(expectations: readonly PlanExpectation[]): Promise<StepEnd>;
}

/** A failed step. `claim` names what does not hold, in kebab case. */
export function failed(claim: string, sentence: string): StepFailed {
  return { kind: 'failed', claim, sentence };
}
