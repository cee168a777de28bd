import { sameJson } from '../../lib/json.ts';
import type { Call, CallOutcome, Transport } from '../../ports/transport.ts';

type Done = (outcome: CallOutcome) => void;

/**
 * A transport that asks for the next page of a pull while the engine works on the one that came. The engine knows
 * nothing of it: it saves a page with its cursor (law 7) and then asks for the next one; when that is, to the byte, what
 * was asked for already, it gets that answer. A page asked ahead counts only for the very next call, made before the
 * engine gives control back; otherwise it is dropped, so no answer is older than the page before it. For stores that
 * answer at once; behind another one, whose calls come later, nothing is asked ahead after the first page in vain.
 *
 * `later` runs its work once requests that were begun have been written: a turn or two of the event loop.
 */
export function pullAhead(inner: Transport, later: (work: () => void) => void): Transport {
  const line: Line = { inner, later, offered: null, pays: true };
  return {
    send(call, done) {
      const { offered } = line;
      line.offered = null;
      if (offered !== null && isAsked(offered, call)) return offered.take(done);
      offered?.drop();
      return call.name === 'pull' ? new Page(line, call).take(done) : inner.send(call, done);
    },
    close: () => inner.close(),
  };
}

interface Line {
  readonly inner: Transport;
  readonly later: (work: () => void) => void;
  /** The page asked ahead, while the engine works on the one before it. */
  offered: Page | null;
  pays: boolean;
}

/** One page on its way, asked for by the engine or ahead of it. */
class Page {
  readonly call: Call;
  readonly #line: Line;
  readonly #handle: { abort(): void };
  #outcome: CallOutcome | null = null;
  #done: Done | null = null;
  #dropped = false;
  #aborted = false;

  constructor(line: Line, call: Call) {
    this.#line = line;
    this.call = call;
    this.#handle = line.inner.send(call, (outcome) => {
      this.#outcome = outcome;
      if (this.#done !== null) this.#deliver(outcome, this.#done);
    });
  }

  /** The engine asked for it: from now on it is a call like any other. */
  take(done: Done): { abort(): void } {
    this.#done = done;
    const held = this.#outcome;
    // Never inside `send`.
    if (held !== null) this.#line.later(() => this.#deliver(held, done));
    return { abort: () => this.#abort() };
  }

  /** Nobody wants it. */
  drop(): void {
    this.#dropped = true;
    this.#handle.abort();
  }

  #abort(): void {
    this.#aborted = true;
    this.#handle.abort();
  }

  #deliver(outcome: CallOutcome, done: Done): void {
    if (this.#dropped) return;
    const wanted = this.#aborted || !this.#line.pays ? null : nextPage(this.call, outcome);
    if (wanted === null) {
      done(this.#aborted ? aborted : outcome);
      return;
    }
    const next = new Page(this.#line, wanted);
    this.#line.later(() => {
      this.#line.offered = this.#aborted ? null : next;
      try {
        done(this.#aborted ? aborted : outcome);
      } finally {
        if (this.#line.offered === next) this.#line.pays = false;
        if (next.#done === null) next.drop();
        this.#line.offered = null;
      }
    });
  }
}

const aborted: CallOutcome = { kind: 'failure', reason: 'aborted', detail: 'the caller gave up' };

/** The call that goes on behind a page; null for the last one, and where questions of its own went with it. */
function nextPage(call: Call, outcome: CallOutcome): Call | null {
  if (outcome.kind !== 'answer') return null;
  const asked = call.body as { readonly unsettled?: readonly string[] };
  const page = outcome.body as { readonly cursor?: unknown; readonly hasMore?: unknown } | null;
  if (asked.unsettled !== undefined || page?.hasMore !== true || typeof page.cursor !== 'string') return null;
  return { ...call, id: `${call.id}+`, body: { ...asked, registered: true, cursor: page.cursor } };
}

function isAsked(page: Page, call: Call): boolean {
  return sameJson({ ...page.call, id: '' } as never, { ...call, id: '' } as never);
}
