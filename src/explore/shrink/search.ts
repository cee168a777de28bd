import type { JsonObject } from '../../lib/json.ts';
import { roleOf, shapeOf } from './signature.ts';
import { isJudgedAtRest, isSettle, stepsOf } from './story-parts.ts';

/** What one play of a story came to: the broken claims, none when all holds, and what is wrong in sentences. */
export interface Attempt {
  readonly claims: readonly string[];
  readonly sentences: readonly string[];
}

/** Plays a story, keyed by a seed or by the seed that failed first. A story that can't be read gives null. */
export type PlayStory = (story: JsonObject, seed?: string) => Promise<Attempt | null>;

/** How long a search for a smaller story may go on. */
export interface ShrinkOptions {
  readonly play: PlayStory;
  /** What the story came to when it failed. */
  readonly failed: Attempt;
  /** Plays at most. Default 4,000. */
  readonly triesMax?: number;
  /** Time at most, ms. Default 60,000. */
  readonly wallMs?: number;
  /** The time of the wall, ms. Without it only the plays are counted. */
  readonly nowMs?: () => number;
  /** Told of each smaller story that was found, so that it can be kept. */
  readonly onBetter?: (story: JsonObject) => void;
}

const triesDefault = 4_000;
const wallDefaultMs = 60_000;
/** Part of the bounds that the search itself may use up. */
const searchShare = 0.85;

/** Looks for smaller stories that fail in the same way, within its bounds; `best` is the smallest so far. */
export class Search {
  best: JsonObject;
  tries = 0;
  sentences: readonly string[];
  readonly #options: ShrinkOptions;
  /** The claim that must stay broken. */
  readonly claim: string | undefined;
  readonly #roles: ReadonlySet<string>;
  /** Shapes of the sentences that told of the failure, where no ledger judges; null: it does. */
  readonly #shapes: ReadonlySet<string> | null;
  readonly #known = new Map<string, Attempt | null>();
  readonly #beganMs: number;
  #share = searchShare;

  constructor(story: JsonObject, options: ShrinkOptions) {
    this.best = story;
    this.#options = options;
    this.sentences = options.failed.sentences;
    this.claim = chiefOf(options.failed.claims);
    this.#roles = new Set(roleOf(options.failed.sentences));
    this.#shapes = isJudgedAtRest(story) ? null : new Set(options.failed.sentences.map(shapeOf));
    this.#beganMs = options.nowMs?.() ?? 0;
  }

  /** From now on the rest of the bounds may be used: for the words about what was found. */
  finish(): void {
    this.#share = 1;
  }

  /** Whether the bounds are reached: nothing is tried any more. */
  get isOver(): boolean {
    const { triesMax = triesDefault, wallMs = wallDefaultMs, nowMs } = this.#options;
    if (this.tries >= triesMax * this.#share) return true;
    return nowMs !== undefined && nowMs() - this.#beganMs >= wallMs * this.#share;
  }

  /** Plays a story and takes it as the best when it fails in the same way. */
  async accepts(story: JsonObject): Promise<boolean> {
    const attempt = await this.attempt(story);
    if (attempt === undefined || attempt === null || !this.isSame(attempt)) return false;
    this.best = story;
    this.sentences = attempt.sentences;
    this.#options.onBetter?.(story);
    return true;
  }

  /** What a story comes to: null when it is none, undefined when the bounds forbid to play it. */
  async attempt(story: JsonObject, seed?: string): Promise<Attempt | null | undefined> {
    if (!isJudged(story)) return null;
    const key = `${seed ?? ''} ${JSON.stringify(story)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.isOver) return undefined;
    this.tries += 1;
    const attempt = await this.#options.play(story, seed);
    this.#known.set(key, attempt);
    return attempt;
  }

  /**
   * Whether it fails by the same claim, about an entity of the same role. An expectation written by hand must differ in the
   * same way too: a row that is gone is another failure than a row with a wrong value.
   */
  isSame({ claims, sentences }: Attempt): boolean {
    if (this.claim === undefined || !claims.includes(this.claim)) return false;
    const shapes = this.#shapes;
    if (shapes !== null && !sentences.some((sentence) => shapes.has(shapeOf(sentence)))) return false;
    return this.#roles.size === 0 || roleOf(sentences).some((role) => this.#roles.has(role));
  }
}

/** The claim that must stay broken: one that judges values before one that only says that something went wrong. */
function chiefOf(claims: readonly string[]): string | undefined {
  return claims.find((claim) => claim !== 'no-crash' && claim !== 'liveness') ?? claims[0];
}

/** What must hold at rest is only judged of a story that ends at rest. */
function isJudged(story: JsonObject): boolean {
  return !isJudgedAtRest(story) || isSettle(stepsOf(story).at(-1));
}
