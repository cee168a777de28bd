import { type CallName, calls } from '../core/protocol/paths.ts';

/** A number for each call. */
export function countsOf(count: (call: CallName) => number): Readonly<Record<CallName, number>> {
  const names = Object.keys(calls) as CallName[];
  return Object.fromEntries(names.map((name) => [name, count(name)])) as Readonly<Record<CallName, number>>;
}

/** How many requests of each call were seen. */
export class RequestCounts {
  readonly #counts = { ...countsOf(() => 0) };

  /** One more request. */
  add(call: CallName): void {
    this.#counts[call] += 1;
  }

  /** The counts now; every call is there. */
  read(): Readonly<Record<CallName, number>> {
    return { ...this.#counts };
  }
}

/** When the requests of each call were sent. */
export class SentTimes {
  readonly #times = new Map<CallName, number[]>();

  /** One more request, later than those before it. */
  add(call: CallName, atMs: number): void {
    const times = this.#times.get(call);
    if (times === undefined) this.#times.set(call, [atMs]);
    else times.push(atMs);
  }

  /** The times of a call, in order. */
  of(call: CallName): readonly number[] {
    return this.#times.get(call) ?? [];
  }
}
