import type { HttpAnswer } from '../adapters/portable/http-exchange.ts';
import type { Call } from '../ports/transport.ts';

/** What the network finds at the other end. */
export interface Door {
  isRunning(): boolean;
  /** The server's wall clock, ms. */
  wallMs(): number;
  /** Decides a call of a user at once, and answers as HTTP would. `begunMs`: the server's clock when its transaction began. */
  serve(user: string, call: Call, begunMs: number): HttpAnswer;
}
