/** Why a live connection is over. */
export interface LiveEnd {
  /** `unauthenticated`: no token opens it now. `refused`: the server does not want it now. `lost`: it broke, or never came about. */
  readonly kind: 'unauthenticated' | 'refused' | 'lost';
  /** For people; never holds a token. */
  readonly detail: string;
  /** The server asked to wait so long before the next one, ms; null when it did not. */
  readonly retryAfterMs: number | null;
}

/** What a live connection tells. Nothing of it is news by itself: it only says when a pull is worth while. */
export interface LiveEvents {
  /** The server has greeted: changes are told from now on, and a heartbeat comes every `heartbeatMs`. */
  hello(heartbeatMs: number): void;
  /** Rows of the user may have changed. */
  changed(): void;
  /** A heartbeat came. */
  beat(): void;
  /** The connection is over. */
  closed(end: LiveEnd): void;
}

/**
 * Opens live connections to a server. Contract: nothing is told inside `open`; `closed` is told exactly once and last,
 * unless the caller closed before: then nothing is told any more.
 */
export interface LiveFeed {
  /** Tries to open one connection as this device; gives what ends it. */
  open(deviceId: string, events: LiveEvents): { close(): void };
}
