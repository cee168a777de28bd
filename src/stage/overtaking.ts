/** What a wait of this kind needs of a clock. */
interface Waiting {
  after(delayMs: number, callback: () => void): { cancel(): void };
}

/** Messages that let the next message of their lane pass first. A lane is one leg of one device. */
export class Overtaking {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Lets the message go on when another one of the lane has passed, at the latest after `withinMs`. */
  wait(lane: string, by: { readonly withinMs: number; readonly clock: Waiting }, goOn: () => void): void {
    const waiting = this.#waiting.get(lane) ?? new Set();
    this.#waiting.set(lane, waiting);
    const once = (): void => {
      timer.cancel();
      if (waiting.delete(once)) goOn();
    };
    waiting.add(once);
    const timer = by.clock.after(by.withinMs, once);
  }

  /** A message of the lane has arrived: those that waited for it go on. */
  passed(lane: string): void {
    for (const goOn of [...(this.#waiting.get(lane) ?? [])]) goOn();
  }

  /** Lets all messages of all lanes go on. */
  clear(): void {
    for (const lane of this.#waiting.keys()) this.passed(lane);
  }
}
