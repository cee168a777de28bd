import { hash32 } from '../lib/hash.ts';
import type { JsonObject } from '../lib/json.ts';
import type { ClashCounts } from '../scenario/audit.ts';
import type { StoryResult } from './campaign.ts';
import type { StoryRun } from './story-run.ts';

/** One way of failing: how many runs failed so, and the first of them in the order of the seeds. */
export interface Failing {
  readonly signature: string;
  readonly count: number;
  readonly run: Pick<StoryRun, 'seed' | 'claims' | 'sentences'>;
  readonly story: JsonObject;
}

/** What a campaign came to, as plain data. */
export interface CampaignSum {
  readonly runs: number;
  /** Virtual time that passed in the stories, ms. */
  readonly storyMs: number;
  /** Of every event of every run, 16 hex digits: the same whoever played which run, in whatever order. */
  readonly traceHash: string;
  /** How often each invariant meant something. */
  readonly applied: Readonly<Record<string, number>>;
  /** In how many runs each goal was reached. */
  readonly goals: Readonly<Record<string, number>>;
  readonly clashes: ClashCounts;
  /** By signature, in the order of their names. */
  readonly failing: readonly Failing[];
}

/** The hash of no runs at all. */
const noHash = '0'.repeat(16);

/** Adds hashes of runs, or of campaigns: sums of words, so that order and grouping make no difference. */
export function addHashes(one: string, other: string): string {
  const words = [0, 8].map(
    (at) => Number.parseInt(one.slice(at, at + 8), 16) + Number.parseInt(other.slice(at, at + 8), 16),
  );
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The hash of one run, keyed by its seed: two runs that change their places change the sum. */
function hashOf({ seed, hash }: Pick<StoryRun, 'seed' | 'hash'>): string {
  return [hash32(`${seed} ${hash}`), hash32(`${hash} ${seed}`, 1)]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
}

/** Sums up a campaign from its runs, which may come in any order. */
export class Tally {
  runs = 0;
  storyMs = 0;
  readonly applied = new Map<string, number>();
  readonly goals = new Map<string, number>();
  readonly #clashes = { strong: 0, weak: 0 };
  readonly #failing = new Map<string, Failing>();
  #traceHash = noHash;

  add({ run, story, reached }: StoryResult): void {
    this.runs += 1;
    this.storyMs += run.storyMs;
    this.#traceHash = addHashes(this.#traceHash, hashOf(run));
    for (const [name, count] of Object.entries(run.applied)) addTo(this.applied, name, count);
    for (const goal of reached) addTo(this.goals, goal, 1);
    this.#addClashes(run.clashes);
    if (story !== null) this.fail(run, story);
  }

  /** Notes a failure of a run, beside what its own result said. */
  fail({ seed, claims, sentences }: Failing['run'], story: JsonObject): void {
    this.#addFailing({ signature: claims.join(' '), count: 1, run: { seed, claims, sentences }, story });
  }

  /** Everything so far. */
  sum(): CampaignSum {
    return {
      runs: this.runs,
      storyMs: this.storyMs,
      traceHash: this.#traceHash,
      applied: sorted(this.applied),
      goals: sorted(this.goals),
      clashes: { ...this.#clashes },
      failing: [...this.#failing.values()].sort((a, b) => (a.signature < b.signature ? -1 : 1)),
    };
  }

  /** How many runs failed. */
  get failed(): number {
    return [...this.#failing.values()].reduce((sum, { count }) => sum + count, 0);
  }

  #addClashes({ strong, weak }: ClashCounts): void {
    this.#clashes.strong += strong;
    this.#clashes.weak += weak;
  }

  #addFailing(failing: Failing): void {
    const held = this.#failing.get(failing.signature);
    const first = held === undefined || isBefore(failing.run.seed, held.run.seed) ? failing : held;
    this.#failing.set(failing.signature, { ...first, count: (held?.count ?? 0) + failing.count });
  }
}

function addTo(map: Map<string, number>, name: string, count: number): void {
  map.set(name, (map.get(name) ?? 0) + count);
}

function sorted(map: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Seeds are `<text>/<number>`: by number. */
function isBefore(a: string, b: string): boolean {
  const [one, other] = [numberOf(a), numberOf(b)];
  return one < other || (one === other && a < b);
}

function numberOf(seed: string): number {
  return Number(seed.slice(seed.lastIndexOf('/') + 1));
}
