import type { StageSetup } from '../stage/stage.ts';
import type { TraceRecord } from '../trace/record.ts';
import type { Difference } from './judgement.ts';
import type { Place } from './language/place.ts';
import type { Plan } from './plan.ts';

/** How a run ended. A skipped run never counts as passed. */
export type Verdict = 'passed' | 'failed' | 'skipped';

/** One thing that did not hold. */
export interface Failure {
  /** What kind of claim, in kebab case: the name of an expectation, `deadline`, `refused`, `never`, `step`, … */
  readonly claim: string;
  readonly place: Place | null;
  readonly atMs: number;
  /** What is wrong, in one sentence. */
  readonly sentence: string;
  readonly differences: readonly Difference[];
  /** Subjects that were judged by the same expectation and hold. */
  readonly holding: readonly string[];
  /** The life of the change it is about, or null when it is about none. */
  readonly why: string | null;
}

/** What came of one plan. */
export interface RunResult {
  readonly plan: Pick<Plan, 'title' | 'about' | 'tags' | 'file' | 'place' | 'caseNumber' | 'caseValues'>;
  readonly devices: readonly string[];
  readonly stage: 'sim' | 'embedded' | 'url';
  readonly seed: StageSetup['seed'];
  readonly verdict: Verdict;
  /** Why it was skipped, or how an expected failure came out; null otherwise. */
  readonly reason: string | null;
  readonly failures: readonly Failure[];
  /** What reports tell of the run, bodies left out. */
  readonly story: readonly TraceRecord[];
  /** Records of the story that were too many to keep. */
  readonly storyLost: number;
  /** Rolling hash over every record of the run. */
  readonly hash: string;
  /** Time of the story that passed, ms. */
  readonly storyMs: number;
  readonly stepsPlayed: number;
  readonly expectationsJudged: number;
}
