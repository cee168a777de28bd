import type { EntityKey } from '../core/ids.ts';

/** One way in which a subject is not as expected. */
export interface Difference {
  /** A device's name or `server`. */
  readonly subject: string;
  /** What it has, in words that follow the subject: `has notes "busy", not "calm"`. */
  readonly text: string;
  /** Name of the expectation. */
  readonly claim: string;
  readonly expected: string;
  readonly actual: string;
  /** The row or label it is about, for the why line. */
  readonly row?: EntityKey;
  readonly label?: string;
}

/** How expectations stand: what differs, nothing when they hold. */
export interface Judgement {
  readonly differences: readonly Difference[];
  /** Subjects that were judged and hold. */
  readonly holding: readonly string[];
}

/** The differences as one sentence, each subject named. Empty when there are none. */
export function describeJudgement({ differences }: Judgement): string {
  return differences.map(({ subject, text }) => `${subject} ${text}`).join('; ');
}

/** Several judgements as one. */
export function joinJudgements(all: readonly Judgement[]): Judgement {
  const differences = all.flatMap((one) => one.differences);
  const differing = new Set(differences.map(({ subject }) => subject));
  const holding = [...new Set(all.flatMap((one) => one.holding))].filter((name) => !differing.has(name));
  return { differences, holding };
}
