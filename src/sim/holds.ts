/** Messages that wait on the line until the story releases them by the name of their hold. */
export class Holds {
  #held: { readonly name: string; readonly goOn: () => void }[] = [];

  /** Keeps a message under a name. */
  keep(name: string, goOn: () => void): void {
    this.#held.push({ name, goOn });
  }

  /** Whether any message waits under a name. */
  has(name: string): boolean {
    return this.#held.some((held) => held.name === name);
  }

  /** Lets the messages of a name go on, first come first; false when there are none. */
  release(name: string): boolean {
    const free = this.#held.filter((held) => held.name === name);
    this.#held = this.#held.filter((held) => held.name !== name);
    for (const { goOn } of free) goOn();
    return free.length > 0;
  }
}
