import type { Bench } from './bench.ts';

/** How bad it is when a claim does not hold, worst first. */
export const severities = ['critical', 'major', 'minor'] as const;

/** `critical`: writes are lost, doubled or shown to others. `major`: devices stop, ask people for nothing, or show what is stale. `minor`: the rest. */
export type Severity = (typeof severities)[number];

/** One thing that a server must do, and how it is found out from outside. */
export interface Probe {
  /** The claim in kebab-case: its name everywhere. */
  readonly claim: string;
  /** The sentence of the contract, for people. */
  readonly says: string;
  /** What it is about, as reports group it. */
  readonly topic: string;
  readonly severity: Severity;
  /**
   * Asks the server and judges. Rejects with ClaimBroken for a finding, ProbeSkipped where it can't apply, Unprepared
   * where the server does not even get as far as the claim.
   */
  readonly run: (bench: Bench) => Promise<void>;
}
