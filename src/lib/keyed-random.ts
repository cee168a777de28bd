import { hash32 } from './hash.ts';

/**
 * A source of draws keyed by (seed, label, counter): taking one draw away leaves the draws of all other labels in
 * place. The counter belongs to the caller, so the source itself holds no state.
 */
export interface KeyedRandom {
  /** A whole number in [0, bound). `bound` is 1 to 2^32. */
  below(bound: number, label: string, counter: number): number;
}

/** Draws from `seed` (any text). Pure: the same arguments always give the same number. */
export function keyedRandom(seed: string): KeyedRandom {
  return {
    below(bound, label, counter) {
      const high = hash32(`${seed}/${label}`, counter);
      return Math.floor((high / 0x1_0000_0000) * bound);
    },
  };
}
