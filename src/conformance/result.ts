import type { Finding } from './outcome.ts';
import type { Probe } from './probe.ts';
import type { Exchange } from './transcript.ts';

/**
 * How a probe ended. `kept`: the claim holds. `broken`: a finding. `skipped`: it can't apply here. `inconclusive`: the server
 * failed before the claim came to bear.
 */
export const probeEnds = ['kept', 'broken', 'skipped', 'inconclusive'] as const;

/** One of {@link probeEnds}. */
export type ProbeEnd = (typeof probeEnds)[number];

/** One probe and how it ended. */
export interface ProbeResult {
  readonly probe: Probe;
  readonly end: ProbeEnd;
  /** Why it was skipped or inconclusive; null otherwise. */
  readonly reason: string | null;
  /** Null unless it is broken. */
  readonly finding: Finding | null;
  /** What was asked and answered, for those that did not hold; empty for the others. */
  readonly exchanges: readonly Exchange[];
  /** Older exchanges that evidence has no room for. */
  readonly exchangesDropped: number;
  readonly wallMs: number;
}

/** What the clean-up did. */
export interface CleanUp {
  /** Users that were erased as a whole. */
  readonly usersErased: number;
  /** Rows that were deleted one by one. */
  readonly rowsDeleted: number;
  /** What could not be cleaned up, for people. */
  readonly left: readonly string[];
}

/** A whole run. */
export interface ConformanceResult {
  /** The server's address without a login. */
  readonly url: string;
  /** In every id and name that the run made up. */
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly wallMs: number;
  readonly results: readonly ProbeResult[];
  readonly cleanUp: CleanUp;
  /** Whether it was stopped before the last probe. */
  readonly isStopped: boolean;
}

/** How many probes ended each way. */
export function countEnds(results: readonly ProbeResult[]): Readonly<Record<ProbeEnd, number>> {
  const counts = { kept: 0, broken: 0, skipped: 0, inconclusive: 0 };
  for (const { end } of results) counts[end] += 1;
  return counts;
}

/** 1: something does not hold. 3: nothing could be applied, or the server failed before a claim came to bear. 0: all that applied holds. */
export function exitCodeOf(results: readonly ProbeResult[]): 0 | 1 | 3 {
  const { kept, broken, inconclusive } = countEnds(results);
  if (broken > 0) return 1;
  return kept === 0 || inconclusive > 0 ? 3 : 0;
}
