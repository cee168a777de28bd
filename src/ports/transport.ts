import type { Call, CallOutcome } from '../core/sync/call.ts';

export type { Call, CallOutcome } from '../core/sync/call.ts';

/**
 * Carries calls to a server. Contract: `done` is called exactly once per call, never inside `send`, also after `abort`
 * (with `failure: aborted`); nothing is sent twice except after a refreshed token; bodies are sent as given.
 */
export interface Transport {
  send(call: Call, done: (outcome: CallOutcome) => void): { abort(): void };
  /** Ends all calls and frees sockets. */
  close(): Promise<void>;
}

/** Gives bearer tokens. The transport calls `refresh` once for all calls that wait. */
export interface TokenSource {
  /** The token to send now, or null when the user is signed out. May be cached. */
  current(): Promise<string | null>;
  /** A new token, or null when refreshing is refused. Rejects when the issuer can't be reached. */
  refresh(): Promise<string | null>;
}

/** No token can be had now, though the user may be signed in. The message is for people and holds no secret. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';
}
