import { keyedRandom } from '../lib/keyed-random.ts';
import { choiceName, type Pins, pinned } from '../lib/pins.ts';

/** Where a story's chance comes from: each draw is keyed by its label and how often that label was drawn from. */
export class StoryDraws {
  readonly #random: ReturnType<typeof keyedRandom>;
  readonly #counters = new Map<string, number>();
  readonly #pins: Pins;
  /** Every draw so far, by its name. */
  readonly choices = new Map<string, number>();

  /** `pins`: draws that are held to a value. */
  constructor(seed: string, pins: Pins = {}) {
    this.#random = keyedRandom(`story/${seed}`);
    this.#pins = pins;
  }

  /** A whole number in [0, count); `count` is 1 or more. */
  below(label: string, count: number): number {
    const counter = this.#counters.get(label) ?? 0;
    this.#counters.set(label, counter + 1);
    const name = choiceName(label, counter);
    const value = pinned(this.#pins, name, count) ?? this.#random.below(count, label, counter);
    this.choices.set(name, value);
    return value;
  }

  /** One of the items, of which there is at least one. */
  pick<T>(label: string, items: readonly T[]): T {
    return items[this.below(label, items.length)] as T;
  }

  /** True so often in a hundred. */
  chance(label: string, inHundred: number): boolean {
    return this.below(label, 100) < inHundred;
  }

  /** Some of the items, each with the same chance; at least one. */
  some<T>(label: string, items: readonly T[]): readonly T[] {
    const kept = items.filter(() => this.chance(label, 50));
    return kept.length > 0 ? kept : [this.pick(label, items)];
  }
}
