/** What was found after one kill. */
export interface Kill {
  readonly of: 'device' | 'server';
  /** What was killed, and when: `writer at arrived`. */
  readonly moment: string;
  readonly inFlight: boolean;
  /** A write was under way and did not come to count, or the log ends inside a transaction. */
  readonly openTransaction: boolean;
  /** A request had gone out and its answer had not come in. */
  readonly unanswered: boolean;
}

/** Counts kills and what they left behind. */
export class Tally {
  readonly #kills: Kill[] = [];

  add(kill: Kill): void {
    this.#kills.push(kill);
  }

  count(of: Kill['of']): number {
    return this.#kills.filter((kill) => kill.of === of).length;
  }

  /** Kills that left an item in flight, a transaction open or a request unanswered. */
  hits(of?: Kill['of']): number {
    return this.#kills.filter((kill) => (of === undefined || kill.of === of) && isHit(kill)).length;
  }

  /** The counts as lines for people. */
  lines(): readonly string[] {
    const lines = (['device', 'server'] as const).map((of) => {
      const kills = this.#kills.filter((kill) => kill.of === of);
      const counted = (what: keyof Kill) => kills.filter((kill) => kill[what] === true).length;
      return `${kills.length} kills of a ${of}: ${this.hits(of)} hit it at work (item in flight ${counted('inFlight')}, transaction open ${counted('openTransaction')}, request unanswered ${counted('unanswered')})`;
    });
    const moments = [...new Set(this.#kills.map(({ moment }) => moment))].sort();
    const byMoment = moments.map((moment) => {
      const kills = this.#kills.filter((kill) => kill.moment === moment);
      return `${moment} ${kills.filter(isHit).length}/${kills.length}`;
    });
    return [...lines, `by moment, hits of kills: ${byMoment.join(', ')}`];
  }
}

function isHit({ inFlight, openTransaction, unanswered }: Kill): boolean {
  return inFlight || openTransaction || unanswered;
}
