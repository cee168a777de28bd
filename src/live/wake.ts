/** Lets one waiter sleep until something changed, or some time has passed. */
export class Wake {
  #ring: (() => void) | null = null;
  #missed = false;

  /** Something changed: wakes the sleeper, or keeps the next one from sleeping. */
  changed(): void {
    this.#missed = true;
    this.#ring?.();
  }

  /**
   * Resolves at the first change since the last sleep ended, at the latest after `realMs`. Changes that come in one
   * turn of Node's loop wake once.
   */
  sleep(realMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(alarm);
        this.#ring = null;
        setImmediate(() => {
          this.#missed = false;
          resolve();
        });
      };
      const alarm = setTimeout(end, realMs);
      this.#ring = end;
      if (this.#missed) end();
    });
  }
}
