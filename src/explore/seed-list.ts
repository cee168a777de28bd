/** One run for somebody to play. */
export interface Job {
  readonly seed: string;
  /** Whether it was played before and is to give the same hash once more. */
  readonly isAgain: boolean;
}

/** Which part of a campaign is played here: number `index` (1 or more) of `total`. */
export interface Shard {
  readonly index: number;
  readonly total: number;
}

/** What the seeds of a campaign are. */
export interface SeedPlan {
  readonly seed: string;
  /** Number of the campaign's first story. */
  readonly from: number;
  /** Stories of the whole campaign; null: without end. */
  readonly runs: number | null;
  readonly shard: Shard;
  /** Whether the story of a number is played twice. */
  readonly isTwice: (number: number) => boolean;
}

/** Hands the seeds of a campaign out, and once more those that are played twice: to another player where there is one. */
export class SeedList {
  readonly #plan: SeedPlan;
  readonly #first = new Map<string, { readonly hash: string; readonly player: number }>();
  #repeats: string[] = [];
  #given = 0;

  constructor(plan: SeedPlan) {
    this.#plan = plan;
  }

  /** The next run for a player; null when there is none. Without `fresh` only what is left to be played again. */
  next(player: number, fresh: boolean): Job | null {
    const other = this.#repeats.find((seed) => this.#first.get(seed)?.player !== player);
    const number = fresh && other === undefined ? this.#nextNumber() : null;
    if (number !== null) return { seed: `${this.#plan.seed}/${number}`, isAgain: false };
    const seed = other ?? this.#repeats[0];
    if (seed === undefined) return null;
    this.#repeats = this.#repeats.filter((one) => one !== seed);
    return { seed, isAgain: true };
  }

  /** Notes what a run gave. False for a second one with another hash than the first. */
  ended({ seed, isAgain }: Job, hash: string, player: number): boolean {
    if (isAgain) {
      const isSame = this.#first.get(seed)?.hash === hash;
      this.#first.delete(seed);
      return isSame;
    }
    if (this.#plan.isTwice(Number(seed.slice(seed.lastIndexOf('/') + 1)))) {
      this.#first.set(seed, { hash, player });
      this.#repeats.push(seed);
    }
    return true;
  }

  #nextNumber(): number | null {
    const { from, runs, shard } = this.#plan;
    const at = this.#given * shard.total + shard.index - 1;
    if (runs !== null && at >= runs) return null;
    this.#given += 1;
    return from + at;
  }
}
