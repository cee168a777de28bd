import { keyedRandom } from '../../src/lib/keyed-random.ts';

/** Draws of one case: the same seed and number give the same case on every machine. */
export class Draws {
  readonly #random;
  readonly #label: string;
  #counter = 0;

  constructor(seed: string, at: number) {
    this.#random = keyedRandom(seed);
    this.#label = `case ${at}`;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    this.#counter += 1;
    return this.#random.below(bound, this.#label, this.#counter);
  }

  /** Whether a chance of one in `of` comes true. */
  oneIn(of: number): boolean {
    return this.below(of) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
