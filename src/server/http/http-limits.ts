/** Bounds on how a request may arrive. Times in ms, sizes in bytes. */
export interface HttpLimits {
  /** Largest head of a request: its line and headers. */
  readonly headerBytes: number;
  readonly headerCount: number;
  /** Deepest nesting of a whole body; values within a change have a bound of their own (`depth` of the limits). */
  readonly bodyDepth: number;
  /** How long the head of a request may take to arrive. */
  readonly headersTimeoutMs: number;
  /** How long a whole request may take to arrive. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept. Proxies in front must give up theirs earlier. */
  readonly keepAliveMs: number;
  /** Bytes per second that a body must bring on average once `bodyGraceMs` are over. */
  readonly bodyBytesPerSecondMin: number;
  readonly bodyGraceMs: number;
}

/** The defaults of .NET's Kestrel where it has one, so that devices meet the same bounds here and there. */
export const defaultHttpLimits: HttpLimits = {
  headerBytes: 32_768,
  headerCount: 100,
  bodyDepth: 200,
  headersTimeoutMs: 30_000,
  requestTimeoutMs: 60_000,
  keepAliveMs: 130_000,
  bodyBytesPerSecondMin: 240,
  bodyGraceMs: 5_000,
};
