import type { Problem } from '../protocol/messages.ts';
import type { CallName } from '../protocol/paths.ts';

/** One call of the protocol. */
export interface Call {
  /** Names the request within the life that sent it. */
  readonly id: string;
  readonly name: CallName;
  readonly deviceId: string;
  readonly schemaVersion: number;
  /** The request's JSON; for GET calls `{path: [...]}`: the parts after the call's own path. */
  readonly body: unknown;
  /** W3C trace context, when the caller traces. */
  readonly traceparent?: string;
}

/**
 * How a call ended. `answer` is the only one that may settle anything.
 *
 * - `answer`: status 200 and a JSON body that is whole (its shape is checked by the engine).
 * - `problem`: any other status with, where the body was a problem document, its contents (else code by status).
 * - `failure`: no usable answer: nothing came, it was cut off, was not JSON, or had a wrong content type.
 * - `unauthenticated`: 401 after the one refresh that all waiting calls share, or no token can be had.
 */
export type CallOutcome =
  | { readonly kind: 'answer'; readonly body: unknown; readonly bytes: number }
  | {
      readonly kind: 'problem';
      readonly status: number;
      readonly problem: Problem;
      /** From `Retry-After`, seconds or a date judged by the answer's own `Date`; ms, 0 or more. */
      readonly retryAfterMs: number | null;
    }
  | {
      readonly kind: 'failure';
      readonly reason: 'unreachable' | 'timeout' | 'reset' | 'malformed' | 'aborted';
      readonly detail: string;
    }
  | { readonly kind: 'unauthenticated'; readonly detail: string };
