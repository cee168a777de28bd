import type { Event } from '../core/sync/event.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { type Awaitable, StorageError } from '../ports/storage.ts';

type Untimed<T> = T extends unknown ? Omit<T, 'at' | 'more'> : never;
/** An event without the reading of the clocks, which the driver adds. */
export type Input = Untimed<Event>;

/** An input, or what makes it anew for each try: what it tells of the world may have changed meanwhile. */
export type Given = Input | (() => Input);

/** What a keeper of refused events is connected to. */
export interface RefusedEventsParts {
  readonly clock: Clock;
  /** Runs one event; `more`: others follow at once. Throws, or rejects with, what the store says. */
  run(input: Input, more?: true): Awaitable<unknown>;
  /** Runs work behind the event under way. */
  inTurn(work: () => Awaitable<void>): unknown;
  /** Hears of each failure of the store. */
  onRefused(error: StorageError): void;
}

/** An event that failed is tried again this much later, ms: a full or busy store may have recovered. */
const retryMs = 1_000;

/**
 * Keeps the events that the store refused, and takes them in their order before any later one. Nothing is sent in between:
 * the newest of them may say that there is no line, or that somebody has to sign in.
 */
export class RefusedEvents {
  readonly #parts: RefusedEventsParts;
  #owed: readonly Given[] = [];
  /** Whether some were taken, and what may be sent because of them was not sent yet. */
  #isHeld = false;
  #retry: Timer | null = null;
  #stopped = false;

  constructor(parts: RefusedEventsParts) {
    this.#parts = parts;
  }

  /** Keeps an event. Whether there is a line comes first: what it says holds for all others. */
  owe({ kind }: Input, given: Given): void {
    this.#owed = kind === 'online' ? [given, ...this.#owed] : [...this.#owed, given];
    this.#retryLater();
  }

  /** Tells of a failure. Only a store that refused the commit is tried again: nothing of the event happened. */
  refused(error: unknown): void {
    if (!(error instanceof StorageError)) throw error;
    this.#parts.onRefused(error);
  }

  /** Takes what is kept, in its order; what the store refuses again stays. */
  catchUp(): Awaitable<void> {
    if (this.#owed.length === 0) return;
    const owed = this.#owed;
    this.#owed = [];
    return this.#takeEach(owed, []);
  }

  /** Whether events wait to be taken. */
  get isOwing(): boolean {
    return this.#owed.length > 0;
  }

  /** After an event that was taken before those kept here, with nothing sent: they are taken next, and what may be is sent. */
  followSoon(): void {
    this.#isHeld = true;
    this.#retry?.cancel();
    this.#retry = null;
    this.#retryLater(0);
  }

  /** Gives everything up. */
  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
  }

  #retryLater(delayMs = retryMs): void {
    this.#retry ??= this.#parts.clock.after(delayMs, () => {
      this.#retry = null;
      this.#parts.inTurn(() => {
        const caughtUp = this.catchUp();
        return caughtUp instanceof Promise ? caughtUp.then(() => this.#goOn()) : this.#goOn();
      });
    });
  }

  #takeEach(owed: readonly Given[], still: Given[]): Awaitable<void> {
    for (const [at, given] of owed.entries()) {
      if (this.#stopped) return;
      const taken = this.#take(given, true);
      if (taken instanceof Promise)
        return taken.then((isTaken) => this.#takeEach(owed.slice(at + 1), isTaken ? still : [...still, given]));
      if (!taken) still.push(given);
    }
    this.#owed = [...still, ...this.#owed];
    if (this.#owed.length > 0 || this.#isHeld) this.#retryLater();
  }

  /** Sends what was held back while events were taken one after the other. */
  #goOn(): Awaitable<void> {
    if (!this.#isHeld || this.#stopped) return;
    const gone = this.#take({ kind: 'go-on' });
    const ended = (isTaken: boolean): void => {
      this.#isHeld = !isTaken;
      if (!isTaken) this.#retryLater();
    };
    return gone instanceof Promise ? gone.then(ended) : ended(gone);
  }

  /** Tries an event again. Gives whether the store took it. */
  #take(given: Given, more?: true): Awaitable<boolean> {
    const taken = (): true => {
      this.#isHeld ||= more === true;
      return true;
    };
    const failed = (error: unknown): false => {
      this.refused(error);
      return false;
    };
    try {
      const result = this.#parts.run(typeof given === 'function' ? given() : given, more);
      return result instanceof Promise ? result.then(taken, failed) : taken();
    } catch (error) {
      return failed(error);
    }
  }
}
