import type { Json, JsonObject } from '../lib/json.ts';

/** Additions to one counter are powers of 8: a total of 17 of them is exact in a number. */
const additionsMax = 17;

/** What a story is about: who writes which values into which rows. */
export interface Author {
  /** What the header says of the data: their registry, and rows that stand at the start. */
  readonly header: JsonObject;
  /** A write into one of the few rows that all devices share: the arguments of `put`. */
  put(device: string): JsonObject;
  /** Deletes one of these rows: the arguments of `delete`. */
  deletion(device: string): JsonObject;
  /** Makes a row that nobody else makes, for members of groups: the arguments of `create`. */
  creation(device: string): JsonObject;
  /** Writes a row of the device's own, once everything has come to rest: the arguments of `put`. */
  mark(device: string): JsonObject;
}

/** Values of a story that stand for themselves: no two are alike, and each addition has a digit of its own. */
export class Tokens {
  readonly #additions = new Map<string, number>();
  #count = 0;

  /** The next number: 1, 2, 3, … */
  number(): number {
    this.#count += 1;
    return this.#count;
  }

  /** A text that names its writer. */
  text(device: string): string {
    return `${device} ${this.number()}`;
  }

  /** A moment of its own, as ISO 8601. */
  moment(): Json {
    return new Date(Date.UTC(2026, 0, 5, 8) + this.number() * 1_000).toISOString();
  }

  /** The next addition to a counter: its own power of 8; null when it has had as many as a number can tell. */
  addition(counter: string): number | null {
    const nth = this.#additions.get(counter) ?? 0;
    if (nth >= additionsMax) return null;
    this.#additions.set(counter, nth + 1);
    return 8 ** nth;
  }
}
