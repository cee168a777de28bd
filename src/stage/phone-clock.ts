import type { Reading } from '../core/clock/server-clock.ts';
import type { Clock } from '../ports/clock.ts';

/** True time of a story as a world keeps it: virtual, or scaled. */
export interface StoryTime {
  /** Since the start of the story, ms; never steps back. */
  readonly nowMs: number;
  /** Runs `run` once, `delayMs` (0 or more) from now, never inside this call. `lane` names whose event it is. */
  after(delayMs: number, lane: string, run: () => void): ReturnType<Clock['after']>;
}

const dayMs = 86_400_000;

/**
 * The clocks of one phone of a story: the wall clock is true time plus an offset that may be set at any instant, the
 * monotonic clock counts from the last boot and never notices; it stands still while the phone sleeps.
 */
export class PhoneClock {
  readonly #time: StoryTime;
  readonly #startedWallMs: number;
  readonly #name: string;
  #offsetMs: number;
  /** What the wall clock gains in a day, and since when. */
  #driftMs = 0;
  #driftSinceMs = 0;
  #boots = 1;
  #bootedAtMs = 0;
  /** Since when the monotonic clock stands still, or null. */
  #asleepSinceMs: number | null = null;

  constructor(
    time: StoryTime,
    phone: { readonly name: string; readonly startedWallMs: number; readonly offsetMs: number },
  ) {
    this.#time = time;
    this.#name = phone.name;
    this.#startedWallMs = phone.startedWallMs;
    this.#offsetMs = phone.offsetMs;
  }

  /** What the clocks show now. */
  read(): Reading {
    const { nowMs } = this.#time;
    const monoMs = (this.#asleepSinceMs ?? nowMs) - this.#bootedAtMs;
    return {
      wallMs: this.#startedWallMs + nowMs + this.#offsetMs + this.#drifted(nowMs),
      monoMs,
      boot: `${this.#name} boot ${this.#boots}`,
    };
  }

  /** Sets the wall clock to true time plus `offsetMs`. */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.#driftSinceMs = this.#time.nowMs;
  }

  /** Lets the wall clock gain so much in a day, or lose it, ms, from what it shows now. */
  drift(perDayMs: number): void {
    const { nowMs } = this.#time;
    this.set(this.#offsetMs + this.#drifted(nowMs));
    this.#driftMs = perDayMs;
  }

  #drifted(nowMs: number): number {
    return this.#driftMs === 0 ? 0 : Math.trunc(((nowMs - this.#driftSinceMs) * this.#driftMs) / dayMs);
  }

  /** The monotonic clock stands still until `wake`. */
  sleep(): void {
    this.#asleepSinceMs ??= this.#time.nowMs;
  }

  /** The monotonic clock goes on from where it stood. */
  wake(): void {
    this.#bootedAtMs += this.#time.nowMs - (this.#asleepSinceMs ?? this.#time.nowMs);
    this.#asleepSinceMs = null;
  }

  /** The phone starts anew: another boot, the monotonic clock at 0. */
  reboot(): void {
    this.#boots += 1;
    this.#asleepSinceMs = null;
    this.#bootedAtMs = this.#time.nowMs;
  }
}
