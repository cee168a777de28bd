import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WholeAnswer, WholeRequest } from './whole-message.ts';

/** The server as a fault sees it from the line. */
export interface Beyond {
  /** The server's wall clock, ms. */
  readonly nowMs: () => number;
  /** How much of a body is worth reading: a longer one is refused anyway. */
  readonly bodyBytesMax: number;
  /** Lets the server handle a request, as of its time `begunMs` (default: now). Rejects when the server is closing. */
  readonly forward: (request: WholeRequest, begunMs?: number) => Promise<WholeAnswer>;
}

/**
 * Who keeps the faults of a server and strikes with them. The server knows where they strike and nothing of what they
 * are: rules and words of faults stand in folders behind it.
 */
export interface FaultDesk {
  /** Arms faults as they are written; all or none. Gives what is wrong with them, nothing when they are armed. */
  arm(written: readonly unknown[]): readonly string[];
  /** Drops all faults, and lets go what waits because of them. */
  clear(): void;
  /** Lets the messages go on that wait under a name; whether there were any. */
  release(name: string): boolean;
  /** What is armed, how often each struck, and what waits: plain data for people and tests. */
  state(): object;
  /**
   * Sees every request before the server does, its body unread. `passed`: the server handles it; `taken`: it was answered
   * here, or never will be.
   */
  meet(request: IncomingMessage, response: ServerResponse, beyond: Beyond): Promise<'passed' | 'taken'>;
  /** Whether a hint to this device of this user (null: it does not say which) is lost now. */
  losesHint(device: string | null, user: string): boolean;
  /** Ends: cuts off every request it holds. */
  close(): void;
}
