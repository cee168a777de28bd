import type { Limits } from '../core/limits.ts';
import { keyedRandom } from '../lib/keyed-random.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { LiveEnd, LiveEvents, LiveFeed } from '../ports/live.ts';

/** What a listener needs. */
export interface LiveListenerParts {
  readonly line: LiveFeed;
  readonly clock: Pick<Clock, 'after'>;
  readonly limits: Limits;
  /** Any text that differs between devices: it spreads their reconnections. */
  readonly seed: string;
  /** The device as it makes itself known now. */
  readonly deviceId: () => string;
  /** A pull is worth while now. */
  readonly onNews: () => void;
}

interface Open {
  readonly close: () => void;
  /** Time between heartbeats, ms; null before the server has greeted. */
  heartbeatMs: number | null;
  /** Whether it has lasted for a heartbeat. */
  isProven: boolean;
}

/**
 * Keeps one live connection open for as long as it is wanted: connects anew with backoff, and takes a connection for dead
 * that misses a heartbeat. Says when a pull is worth while: after a hint, a greeting (what was told before it is unknown), and
 * a missed heartbeat. Loses nothing when it hears nothing: the poll goes on.
 */
export class LiveListener {
  readonly #parts: LiveListenerParts;
  #isWanted = false;
  #wasWanted = false;
  #open: Open | null = null;
  #failures = 0;
  #draws = 0;
  /** The next try, or the end of patience with the connection. */
  #timer: Timer | null = null;

  constructor(parts: LiveListenerParts) {
    this.#parts = parts;
  }

  /** Whether a connection is wanted from now on. Asking for what is already so does nothing. */
  want(wanted: boolean): void {
    if (wanted === this.#isWanted) return;
    this.#isWanted = wanted;
    this.#hangUp();
    if (!wanted) return;
    // The first comes with the start; later ones when a line is back, where many devices would come at once.
    if (this.#wasWanted) this.#tryIn(this.#below(this.#parts.limits.onlineJitterMs + 1));
    else this.#connect();
    this.#wasWanted = true;
  }

  #connect(): void {
    this.#wait(this.#parts.limits.requestTimeoutMs, () => this.#lost(null));
    const { close } = this.#parts.line.open(
      this.#parts.deviceId(),
      this.#eventsFor(() => this.#open === open),
    );
    const open: Open = { close, heartbeatMs: null, isProven: false };
    this.#open = open;
  }

  #eventsFor(isCurrent: () => boolean): LiveEvents {
    const heard = (then: (open: Open) => void): void => {
      const open = this.#open;
      if (open !== null && isCurrent()) then(open);
    };
    return {
      hello: (heartbeatMs) =>
        heard((open) => {
          open.heartbeatMs = heartbeatMs;
          this.#watch(open);
          this.#parts.onNews();
        }),
      changed: () =>
        heard((open) => {
          this.#watch(open);
          this.#parts.onNews();
        }),
      beat: () =>
        heard((open) => {
          open.isProven = true;
          this.#watch(open);
        }),
      closed: (end) => heard(() => this.#lost(end)),
    };
  }

  /** Patience begins anew: half a heartbeat more than the server promised. */
  #watch({ heartbeatMs }: Open): void {
    if (heartbeatMs === null) return;
    this.#wait(heartbeatMs * 1.5, () => {
      this.#lost(null);
      this.#parts.onNews();
    });
  }

  #lost(end: LiveEnd | null): void {
    this.#failures = this.#open?.isProven === true ? 0 : this.#failures + 1;
    this.#hangUp();
    this.#tryIn(Math.max(end?.retryAfterMs ?? 0, this.#backoffMs(end)));
  }

  /** Full jitter under a ceiling that doubles; without a token that opens it, as long as any wait is. */
  #backoffMs(end: LiveEnd | null): number {
    const { backoffBaseMs, backoffMaxMs } = this.#parts.limits;
    const doubled = backoffBaseMs * 2 ** Math.min(this.#failures, 30);
    const ceiling = end?.kind === 'unauthenticated' ? backoffMaxMs : Math.min(backoffMaxMs, doubled);
    return Math.max(Math.floor(backoffBaseMs / 4), this.#below(ceiling + 1));
  }

  #tryIn(delayMs: number): void {
    this.#wait(delayMs, () => this.#connect());
  }

  #hangUp(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const open = this.#open;
    this.#open = null;
    open?.close();
  }

  #wait(delayMs: number, then: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(delayMs, then);
  }

  #below(bound: number): number {
    this.#draws += 1;
    return keyedRandom(this.#parts.seed).below(bound, 'live', this.#draws);
  }
}
