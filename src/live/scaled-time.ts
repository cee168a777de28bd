import { assert } from '../lib/assert.ts';
import { Heap } from '../lib/heap.ts';
import type { Timer } from '../ports/clock.ts';
import type { StoryTime } from '../stage/phone-clock.ts';
import { machineMs } from './machine-clock.ts';

interface Entry extends Timer {
  readonly atMs: number;
  readonly n: number;
  readonly run: () => void;
  isDue: boolean;
}

/** Longest that Node's timers can wait, ms. */
const realDelayMax = 0x7fff_ffff;

/**
 * Time of a story in the real world: it runs `speed` times as fast as the machine's monotonic clock, and may be moved
 * ahead. Everything that waits on it waits here, so that a move lets all that fell due happen at once, in order.
 */
export class ScaledTime implements StoryTime {
  readonly speed: number;
  /** The machine's monotonic clock when the story began, ms. */
  readonly startedAt: number;
  readonly #real: () => number;
  readonly #heap = new Heap<Entry>((a, b) => a.atMs - b.atMs || a.n - b.n);
  readonly #fail: (error: unknown) => void;
  #movedMs = 0;
  #planned = 0;
  #alarm: NodeJS.Timeout | null = null;

  /** `fail` takes what an event throws. `real`: the machine's monotonic clock, ms. */
  constructor(options: {
    readonly speed: number;
    readonly fail: (error: unknown) => void;
    readonly real?: () => number;
  }) {
    assert(options.speed > 0, 'time runs forward');
    this.speed = options.speed;
    this.#fail = options.fail;
    this.#real = options.real ?? machineMs;
    this.startedAt = this.#real();
  }

  /** By how much it was moved ahead in all, ms. */
  get movedMs(): number {
    return this.#movedMs;
  }

  get nowMs(): number {
    return Math.floor((this.#real() - this.startedAt) * this.speed) + this.#movedMs;
  }

  after(delayMs: number, _lane: string, run: () => void): Timer {
    this.#planned += 1;
    const entry: Entry = {
      atMs: this.nowMs + Math.ceil(delayMs),
      n: this.#planned,
      run,
      isDue: true,
      cancel: () => {
        entry.isDue = false;
      },
    };
    this.#heap.push(entry);
    this.#setAlarm();
    return entry;
  }

  /** Moves time ahead: what fell due meanwhile happens soon after this call. */
  move(byMs: number): void {
    assert(byMs >= 0, 'time never steps back');
    this.#movedMs += byMs;
    this.#setAlarm();
  }

  /** How long `ms` of the story take on the machine, ms. */
  realMs(ms: number): number {
    return Math.min(Math.max(0, ms / this.speed), realDelayMax);
  }

  /** Nothing that is planned happens any more. */
  stop(): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm);
    this.#alarm = null;
    while (this.#heap.pop() !== undefined);
  }

  #setAlarm(): void {
    if (this.#alarm !== null) clearTimeout(this.#alarm);
    while (this.#heap.peek()?.isDue === false) this.#heap.pop();
    const next = this.#heap.peek();
    this.#alarm =
      next === undefined ? null : setTimeout(() => this.#ring(), Math.ceil(this.realMs(next.atMs - this.nowMs)));
  }

  /** One event a turn, so that answers and promises get theirs in between. */
  #ring(): void {
    this.#alarm = null;
    const next = this.#heap.peek();
    if (next?.isDue === true && next.atMs <= this.nowMs) {
      this.#heap.pop();
      try {
        next.run();
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#setAlarm();
  }
}
