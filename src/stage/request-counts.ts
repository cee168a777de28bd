import { type CallName, calls } from '../core/protocol/paths.ts';

const none = Object.fromEntries(Object.keys(calls).map((name) => [name, 0])) as Readonly<Record<CallName, number>>;

/** How many requests of each call were seen. */
export class RequestCounts {
  readonly #counts = { ...none };

  /** One more request. */
  add(call: CallName): void {
    this.#counts[call] += 1;
  }

  /** The counts now; every call is there. */
  read(): Readonly<Record<CallName, number>> {
    return { ...this.#counts };
  }
}
