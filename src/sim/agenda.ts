import { assert } from '../lib/assert.ts';
import { Heap } from '../lib/heap.ts';
import type { Timer } from '../ports/clock.ts';

/** Gives the tie-break number of an event, 0 or more: of two events due at one instant the smaller number is first. */
export type TieBreak = (lane: string) => number;

interface Entry extends Timer {
  readonly atMs: number;
  readonly tie: number;
  /** Order of planning, the last word between equals. */
  readonly n: number;
  readonly run: () => void;
  isDue: boolean;
}

/**
 * The one list of everything that is still to happen in a simulation, over virtual time. Ordered by (time, tie-break
 * number, order of planning), so that a run is the same on every machine.
 */
export class Agenda {
  readonly #heap = new Heap<Entry>(compareEntries);
  readonly #tieBreak: TieBreak;
  #nowMs = 0;
  #handicaps: ReadonlyMap<string, number> = new Map();
  #planned = 0;
  #waiting = 0;

  /** Without `tieBreak` what was planned first happens first. */
  constructor(tieBreak: TieBreak = () => 0) {
    this.#tieBreak = tieBreak;
  }

  /** Virtual time since the start, ms. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Whatever is planned for a lane from now on is due later by its handicap, ms; lanes without one are on time. */
  handicap(lanes: ReadonlyMap<string, number>): void {
    this.#handicaps = lanes;
  }

  /** Plans `run` for `delayMs` (0 or more) from now, never inside this call. `lane` names whose event it is. */
  after(delayMs: number, lane: string, run: () => void): Timer {
    assert(delayMs >= 0, 'nothing is planned for the past');
    this.#planned += 1;
    const entry: Entry = {
      atMs: this.#nowMs + Math.ceil(delayMs) + (this.#handicaps.get(lane) ?? 0),
      tie: this.#tieBreak(lane),
      n: this.#planned,
      run,
      isDue: true,
      cancel: () => this.#cancel(entry),
    };
    this.#waiting += 1;
    this.#heap.push(entry);
    return entry;
  }

  /** When the next event is due, ms; null when nothing is planned. May lie in the past after a jump. */
  nextAtMs(): number | null {
    if (this.#waiting === 0) return null;
    while (this.#heap.peek()?.isDue === false) this.#heap.pop();
    return this.#heap.peek()?.atMs ?? null;
  }

  /** Moves time to the next event and lets it happen. False when nothing is planned. */
  step(): boolean {
    if (this.nextAtMs() === null) return false;
    const entry = this.#heap.pop();
    assert(entry !== undefined, 'the agenda holds what it counts');
    this.#nowMs = Math.max(this.#nowMs, entry.atMs);
    this.#cancel(entry);
    entry.run();
    return true;
  }

  /** Moves time ahead without letting anything happen: what fell due meanwhile comes next, in its order. */
  skip(byMs: number): void {
    assert(byMs >= 0, 'time never steps back');
    this.#nowMs += byMs;
  }

  #cancel(entry: Entry): void {
    if (!entry.isDue) return;
    entry.isDue = false;
    this.#waiting -= 1;
  }
}

function compareEntries(a: Entry, b: Entry): number {
  return a.atMs - b.atMs || a.tie - b.tie || a.n - b.n;
}
