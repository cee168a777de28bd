import { hash32 } from '../lib/hash.ts';
import { keyedRandom } from '../lib/keyed-random.ts';
import { choiceName, type Pins, pinned } from '../lib/pins.ts';
import type { Random } from '../ports/random.ts';
import type { StageSetup } from '../stage/stage.ts';

/**
 * All chance of a simulation, drawn by (seed, label, how often the label was drawn from): taking one draw away leaves
 * those of all other labels in place.
 */
export class Draws {
  readonly #seed: string;
  readonly #random: ReturnType<typeof keyedRandom>;
  readonly #counters = new Map<string, number>();
  readonly #pins: Pins | undefined;
  readonly #onChoice: ((name: string, value: number) => void) | undefined;

  /** `pins`: draws that are held to a value; `onChoice` is told of every draw. */
  constructor(seed: string, { pins, onChoice }: Pick<StageSetup, 'pins' | 'onChoice'> = {}) {
    this.#seed = seed;
    this.#random = keyedRandom(seed);
    this.#pins = pins;
    this.#onChoice = onChoice;
  }

  /** A whole number in [0, bound); bound is 1 to 2^32. */
  below(bound: number, label: string): number {
    const counter = this.#next(label);
    if (this.#pins === undefined && this.#onChoice === undefined) return this.#random.below(bound, label, counter);
    const name = choiceName(label, counter);
    const value = pinned(this.#pins, name, bound) ?? this.#random.below(bound, label, counter);
    this.#onChoice?.(name, value);
    return value;
  }

  /** A device's source of seeds. */
  sourceOf(label: string): Random {
    return { seed: () => this.#hex128(label) };
  }

  #hex128(label: string): string {
    const n = this.#next(label);
    return [0, 1, 2, 3].map((part) => hex(hash32(`${this.#seed}/${label}`, n, part))).join('');
  }

  #next(label: string): number {
    const n = this.#counters.get(label) ?? 0;
    this.#counters.set(label, n + 1);
    return n;
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
