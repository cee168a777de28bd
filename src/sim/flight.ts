import type { Timer } from '../ports/clock.ts';
import type { Call, CallOutcome } from '../ports/transport.ts';
import type { LineEnd } from '../stage/phone-world.ts';

/** A call between `send` and its outcome. */
export interface Flight {
  readonly end: LineEnd;
  readonly call: Call;
  readonly done: (outcome: CallOutcome) => void;
  /** Number of the token it is sent with. */
  token: number;
  /** The token was renewed for this call: a second refusal is final. */
  isRenewed: boolean;
  isOver: boolean;
  deadline: Timer | null;
}

/** A failure of the transport, in words for people. */
export function failed(reason: Extract<CallOutcome, { kind: 'failure' }>['reason'], detail: string): CallOutcome {
  return { kind: 'failure', reason, detail };
}
