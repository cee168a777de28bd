import { hash32 } from '../lib/hash.ts';
import { keyedRandom } from '../lib/keyed-random.ts';
import type { Random } from '../ports/random.ts';

/**
 * All chance of a simulation, drawn by (seed, label, how often the label was drawn from): taking one draw away leaves
 * those of all other labels in place.
 */
export class Draws {
  readonly #seed: string;
  readonly #random: ReturnType<typeof keyedRandom>;
  readonly #counters = new Map<string, number>();

  constructor(seed: string) {
    this.#seed = seed;
    this.#random = keyedRandom(seed);
  }

  /** A whole number in [0, bound); bound is 1 to 2^32. */
  below(bound: number, label: string): number {
    return this.#random.below(bound, label, this.#next(label));
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
