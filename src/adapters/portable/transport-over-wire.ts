import type { Clock, Timer } from '../../ports/clock.ts';
import type { Call, CallOutcome, TokenSource, Transport } from '../../ports/transport.ts';
import { codeOf, type FailureReason, reasonOf } from './failure-reason.ts';
import { type HttpAnswer, type Reading, readAnswer } from './http-exchange.ts';
import { type HttpRequest, requestOf, withToken } from './http-request.ts';
import { TokenGate, type TokenOutcome } from './token-gate.ts';

/** A whole answer, and the bytes of its decoded body. */
export interface WireAnswer extends HttpAnswer {
  readonly bytes: number;
}

/** An answer that came but can't be used, told by the wire itself: too large, badly encoded. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly reason: FailureReason;

  constructor(message: string, options: { readonly reason: FailureReason; readonly cause?: unknown }) {
    super(message, options);
    this.reason = options.reason;
  }
}

/** Puts requests on the line. What differs between `fetch` and other clients. */
export interface Wire {
  /**
   * Sends once. `answer` resolves with the whole answer, and rejects with {@link WireError} or the client's own error,
   * whose code decides. After `cancel` it may do either, or nothing, soon.
   */
  exchange(request: HttpRequest): { readonly answer: Promise<WireAnswer>; cancel(): void };
  /** Frees the sockets that the wire itself opened. */
  close(): Promise<void>;
}

/** What a transport needs beside its wire. */
export interface TransportOptions {
  readonly tokens: TokenSource;
  /** The user whose calls these are; without it, the user of the first token. */
  readonly subject?: string;
  readonly clock: Pick<Clock, 'after'>;
  /** Longest wait for a token, and again for each answer with its body, ms, above 0. */
  readonly requestTimeoutMs: number;
}

/** The transport of `ports/transport` over a wire: tokens, deadlines, abort, and exactly one outcome per call. */
export function transportOver(wire: Wire, options: TransportOptions): Transport {
  const gate = new TokenGate(options.tokens, options.subject ?? null);
  const open = new Set<OpenCall>();
  let closed = false;
  return {
    send(call, done) {
      const request = requestOf(call);
      const running = new OpenCall(options, (outcome) => {
        open.delete(running);
        done(outcome);
      });
      open.add(running);
      if (closed) void running.abort('the transport is closed');
      else if ('impossible' in request) void running.finish(failure('malformed', request.impossible));
      else void converse({ call, request, running, gate, wire });
      return { abort: () => void running.abort('the caller gave up') };
    },
    async close() {
      closed = true;
      const ended = [...open].map((running) => running.abort('the transport was closed'));
      await Promise.all(ended);
      await wire.close();
    },
  };
}

/** One call on its way: settles once, later than the call that settles it, and bounds every wait. */
class OpenCall {
  readonly #options: TransportOptions;
  readonly #done: (outcome: CallOutcome) => void;
  readonly #stops = new Set<() => void>();
  #told: Promise<void> | null = null;

  constructor(options: TransportOptions, done: (outcome: CallOutcome) => void) {
    this.#options = options;
    this.#done = done;
  }

  get isOver(): boolean {
    return this.#told !== null;
  }

  /** Gives the outcome, unless one was given; resolves when the caller has it. */
  finish(outcome: CallOutcome): Promise<void> {
    if (this.#told !== null) return this.#told;
    this.#told = Promise.resolve().then(() => this.#done(outcome));
    for (const stop of this.#stops) stop();
    this.#stops.clear();
    return this.#told;
  }

  abort(detail: string): Promise<void> {
    return this.finish(failure('aborted', detail));
  }

  /** Waits for `work` until the deadline or the end of the call, whichever is first, then calls `cancel`. */
  async within<T>(work: Promise<T>, late: string, cancel: () => void): Promise<T | null> {
    let timer: Timer | null = null;
    const stopped = new Promise<null>((resolve) => {
      const stop = (): void => resolve(null);
      if (this.isOver) return stop();
      this.#stops.add(stop);
      timer = this.#options.clock.after(this.#options.requestTimeoutMs, () => {
        void this.finish(failure('timeout', `${late} within ${this.#options.requestTimeoutMs} ms`));
      });
    });
    try {
      return await Promise.race([work, stopped]);
    } finally {
      (timer as Timer | null)?.cancel();
      if (this.isOver) cancel();
    }
  }
}

interface Conversation {
  readonly call: Call;
  readonly request: HttpRequest;
  readonly running: OpenCall;
  readonly gate: TokenGate;
  readonly wire: Wire;
}

/** Sends the request, and again while a 401 leads to another token; a freshly renewed token gets one try. */
async function converse(conversation: Conversation): Promise<void> {
  const { running, gate } = conversation;
  let got = await running.within(gate.current(), 'no token came', nothingToCancel);
  while (got !== null) {
    if (got.kind !== 'token') return void running.finish(withoutToken(got));
    const { token, renewed } = got;
    const reading = await exchanged(conversation, token);
    if (reading === null) return;
    if (reading.kind !== 'unauthorized') return void running.finish(reading);
    if (renewed) return void running.finish({ kind: 'unauthenticated', detail: censored(reading.detail, token) });
    got = await running.within(gate.after(token), 'no new token came', nothingToCancel);
  }
}

/** One round on the wire; null when the call ended meanwhile. */
async function exchanged({ call, request, running, wire }: Conversation, token: string): Promise<Reading | null> {
  // An abort may have come between the token and here: nothing may be sent after it.
  if (running.isOver) return null;
  const { answer, cancel } = wire.exchange(withToken(request, token));
  let got: WireAnswer | null;
  try {
    got = await running.within(answer, 'no whole answer came', cancel);
  } catch (error) {
    return failure(reasonIn(error), censored(describe(error), token));
  }
  return got === null ? null : readAnswer(unquoted(got, token), { asked: call.body, bytes: got.bytes });
}

/** Shorter texts are names that a development server takes for tokens: no secrets, and parts of ordinary words. */
const secretCharsMin = 16;

/** The answer, a refusal without the token that it may quote: its words are shown, logged and kept with a change. */
function unquoted(answer: WireAnswer, token: string): WireAnswer {
  if (answer.status === 200 || token.length < secretCharsMin) return answer;
  return {
    ...answer,
    body: answer.body.replaceAll(JSON.stringify(token).slice(1, -1), '***').replaceAll(token, '***'),
  };
}

function withoutToken(outcome: Exclude<TokenOutcome, { kind: 'token' }>): CallOutcome {
  if (outcome.kind === 'refused') return { kind: 'unauthenticated', detail: outcome.detail };
  return failure('unreachable', outcome.detail);
}

function reasonIn(error: unknown): FailureReason {
  return error instanceof WireError ? error.reason : reasonOf(error, 'unreachable');
}

/** The client's message and the code below it. Messages are for people only. */
function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return code === null || message.includes(code) ? message : `${message} (${code})`;
}

/** A text of somebody else's, short, and without the token should it be quoted there. */
function censored(text: string, token: string): string {
  return text.replaceAll(token, '***').slice(0, 300);
}

function failure(reason: FailureReason, detail: string): Extract<CallOutcome, { kind: 'failure' }> {
  return { kind: 'failure', reason, detail };
}

function nothingToCancel(): void {
  // Waiting for a token is shared with other calls: nobody cancels it.
}
