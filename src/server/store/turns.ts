/**
 * Lets work on one key run one piece after the other, in the order in which it was asked for. Writers of one user would
 * wait for each other in the database anyway, each with a connection that others could use.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work when all that came before it for this key is over, and gives what it gives. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const turn = before === undefined ? work() : before.then(work);
    // Whoever comes next waits for the end, however it ends.
    const over = turn.catch(() => undefined);
    this.#last.set(key, over);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === over) this.#last.delete(key);
    }
  }
}
