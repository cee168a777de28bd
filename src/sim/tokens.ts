import type { Timer } from '../ports/clock.ts';
import type { Agenda } from './agenda.ts';

/** What comes of a renewal for one call: the number of the token to repeat with, or null when it was refused. */
export type Renewed = (token: number | null) => void;

/** A call that waits for a renewal. */
interface Renewing {
  readonly timer: Timer;
  readonly waiting: Renewed[];
}

/** The sign-in of one simulated device over all its lives: tokens are numbers, and calls share a renewal. */
export class Tokens {
  readonly #agenda: Agenda;
  readonly #device: string;
  #current = 1;
  #renewing: Renewing | null = null;
  #takesMs: number | null = 0;
  #asked = 0;

  constructor(agenda: Agenda, device: string) {
    this.#agenda = agenda;
    this.#device = device;
  }

  /** Number of the token that is sent now. */
  get current(): number {
    return this.#current;
  }

  /** How many renewals were asked for. */
  get renewals(): number {
    return this.#asked;
  }

  /** Whether a renewal is under way: calls that start meanwhile wait for it. */
  get isRenewing(): boolean {
    return this.#renewing !== null;
  }

  /** How long renewals take from now on, ms; null: they are refused. */
  set(takesMs: number | null): void {
    this.#takesMs = takesMs;
  }

  /** Asks for a new token, or joins the renewal under way. At once where renewals take no time. */
  renew(done: Renewed): void {
    if (this.#renewing !== null) {
      this.#renewing.waiting.push(done);
      return;
    }
    this.#asked += 1;
    if (!this.#takesMs) {
      done(this.#grant());
      return;
    }
    const waiting = [done];
    const timer = this.#agenda.after(this.#takesMs, this.#device, () => {
      this.#renewing = null;
      const token = this.#grant();
      for (const waits of waiting) waits(token);
    });
    this.#renewing = { timer, waiting };
  }

  /** The process that renewed is gone: nobody hears of it. */
  forget(): void {
    this.#renewing?.timer.cancel();
    this.#renewing = null;
  }

  #grant(): number | null {
    if (this.#takesMs === null) return null;
    this.#current += 1;
    return this.#current;
  }
}
