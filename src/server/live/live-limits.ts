/** Bounds on live connections. Times in ms of the server's timers. */
export interface LiveLimits {
  /** Time between heartbeats on a connection. */
  readonly heartbeatMs: number;
  /** Heartbeats in a row that may stay unanswered before the connection counts as dead. */
  readonly missedMax: number;
  /** Changes within this time are told as one. */
  readonly hintMs: number;
  /** Users told at once; the others follow after `hintMs`: a change of the catalogue concerns all. */
  readonly hintUsers: number;
  /** Connections of one user, of which each device has one. */
  readonly perUser: number;
  /** Connections in all. */
  readonly inAll: number;
  /** Largest message taken from a device, bytes: it has nothing to say. */
  readonly messageBytes: number;
  /** How long a connection may take to close before it is cut. */
  readonly closeGraceMs: number;
}

/** The defaults. */
export const defaultLiveLimits: LiveLimits = {
  heartbeatMs: 30_000,
  missedMax: 2,
  hintMs: 50,
  hintUsers: 200,
  perUser: 20,
  inAll: 20_000,
  messageBytes: 1_024,
  closeGraceMs: 1_000,
};
