import type { Reading } from '../core/clock/server-clock.ts';
import type { Agenda } from './agenda.ts';

/**
 * The clocks of one simulated phone: the wall clock is true time plus an offset that may be set at any instant, the
 * monotonic clock counts from the last boot and never notices.
 */
export class PhoneClock {
  readonly #agenda: Agenda;
  readonly #startedWallMs: number;
  readonly #name: string;
  #offsetMs: number;
  #boots = 1;
  #bootedAtMs = 0;

  constructor(
    agenda: Agenda,
    phone: { readonly name: string; readonly startedWallMs: number; readonly offsetMs: number },
  ) {
    this.#agenda = agenda;
    this.#name = phone.name;
    this.#startedWallMs = phone.startedWallMs;
    this.#offsetMs = phone.offsetMs;
  }

  /** What the clocks show now. */
  read(): Reading {
    const { nowMs } = this.#agenda;
    return {
      wallMs: this.#startedWallMs + nowMs + this.#offsetMs,
      monoMs: nowMs - this.#bootedAtMs,
      boot: `${this.#name} boot ${this.#boots}`,
    };
  }

  /** Sets the wall clock to true time plus `offsetMs`. */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
  }

  /** The phone starts anew: another boot, the monotonic clock at 0. */
  reboot(): void {
    this.#boots += 1;
    this.#bootedAtMs = this.#agenda.nowMs;
  }
}
