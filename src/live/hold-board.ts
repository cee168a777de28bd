/** Messages that wait on the line until their name is released. */
export class HoldBoard {
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Resolves when `name` is released, or when the board is cleared. */
  wait(name: string): Promise<void> {
    return new Promise((resolve) => {
      const others = this.#waiting.get(name) ?? [];
      this.#waiting.set(name, [...others, resolve]);
    });
  }

  /** Lets all messages go on that wait under `name`; whether there were any. */
  release(name: string): boolean {
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    for (const go of waiting) go();
    return waiting.length > 0;
  }

  /** The names under which something waits, in the order in which they began to wait. */
  names(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** Lets everything go on. */
  clear(): void {
    for (const name of this.names()) this.release(name);
  }
}
