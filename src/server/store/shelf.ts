/** Values of one kind that were fetched so far, and the keys that were asked for in vain. */
export class Shelf<Key, Value> {
  readonly #nameOf: (key: Key) => string;
  readonly #standIn: Value;
  readonly #known = new Map<string, Value>();
  #missed = new Map<string, Key>();

  /** `standIn` is given for what is not known yet. */
  constructor(nameOf: (key: Key) => string, standIn: Value) {
    this.#nameOf = nameOf;
    this.#standIn = standIn;
  }

  /** Whether everything asked for so far is known. */
  get isComplete(): boolean {
    return this.#missed.size === 0;
  }

  /** The value, or the stand-in for one that has to be fetched. */
  get(key: Key): Value {
    const name = this.#nameOf(key);
    if (this.#known.has(name)) return this.#known.get(name) as Value;
    this.#missed.set(name, key);
    return this.#standIn;
  }

  /** Asks for values that will be needed. */
  want(keys: readonly Key[]): void {
    for (const key of keys) this.get(key);
  }

  /** The keys asked for in vain, which count as absent from now on unless `put` gives them a value. */
  take(): readonly Key[] {
    const keys = [...this.#missed.values()];
    for (const name of this.#missed.keys()) this.#known.set(name, this.#standIn);
    this.#missed = new Map();
    return keys;
  }

  /** Puts a fetched value in its place. */
  put(key: Key, value: Value): void {
    this.#known.set(this.#nameOf(key), value);
  }
}
