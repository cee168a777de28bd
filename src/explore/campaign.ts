import type { JsonObject } from '../lib/json.ts';
import { type DrawOptions, drawStory } from './draw-story.ts';
import type { ShrinkOptions } from './shrink/search.ts';
import { type Shrunk, shrinkStory } from './shrink.ts';
import { runStory, type StoryOptions, type StoryRun, tryStory } from './story-run.ts';

/** A way of failing that a campaign met, told once. */
export interface Violation {
  /** The broken claims, joined: failures with the same signature are one. */
  readonly signature: string;
  /** The first seed that showed it, and how many did. */
  readonly seed: string;
  readonly count: number;
  readonly sentences: readonly string[];
  /** The smallest story found that breaks the same; as drawn when it was not shrunk. */
  readonly story: JsonObject;
  readonly steps: number;
}

/** What a part of a campaign found: plain data that processes pass on. */
export interface StoryResult {
  readonly run: StoryRun;
  /** The drawn story of a run that failed; null when all held. */
  readonly story: JsonObject | null;
}

/** Draws and plays the story of one seed. */
export async function exploreSeed(seed: string, options: StoryOptions & DrawOptions): Promise<StoryResult> {
  const story = drawStory(seed, options);
  const run = await runStory(story, seed, options);
  return { run, story: run.claims.length === 0 ? null : story };
}

/** Makes a failing story smaller as long as it goes on failing in the same way. */
export function shrinkFailure(
  { run, story }: { readonly run: StoryRun; readonly story: JsonObject },
  options: StoryOptions & Omit<ShrinkOptions, 'play' | 'failed'>,
): Promise<Shrunk> {
  const play = (smaller: JsonObject, seed = run.seed): Promise<StoryRun | null> => tryStory(smaller, seed, options);
  return shrinkStory(story, { ...options, play, failed: run });
}

/** Sums up a campaign from its runs, which may come in any order. */
export class Tally {
  runs = 0;
  storyMs = 0;
  readonly applied = new Map<string, number>();
  /** Clashes of all runs: judged by what the policy names, or only by the weak check. */
  readonly clashes = { strong: 0, weak: 0 };
  readonly failed: { readonly run: StoryRun; readonly story: JsonObject }[] = [];
  readonly #hashes = new Map<string, string>();

  add({ run, story }: StoryResult): void {
    this.runs += 1;
    this.storyMs += run.storyMs;
    this.clashes.strong += run.clashes.strong;
    this.clashes.weak += run.clashes.weak;
    this.#hashes.set(run.seed, run.hash);
    for (const [name, count] of Object.entries(run.applied))
      this.applied.set(name, (this.applied.get(name) ?? 0) + count);
    if (story !== null) this.failed.push({ run, story });
  }

  /** Failures by signature, each with its lowest seed. */
  signatures(): ReadonlyMap<string, readonly { readonly run: StoryRun; readonly story: JsonObject }[]> {
    const bySignature = new Map<string, { readonly run: StoryRun; readonly story: JsonObject }[]>();
    const ordered = [...this.failed].sort((a, b) => seedOrder(a.run.seed, b.run.seed));
    for (const one of ordered) {
      const signature = one.run.claims.join(' ');
      bySignature.set(signature, [...(bySignature.get(signature) ?? []), one]);
    }
    return bySignature;
  }

  /** The runs' hashes in the order of their seeds. */
  hashes(): readonly string[] {
    return [...this.#hashes].sort(([a], [b]) => seedOrder(a, b)).map(([, hash]) => hash);
  }
}

/** Seeds are `<text>/<number>`: by number. */
function seedOrder(a: string, b: string): number {
  return numberOf(a) - numberOf(b);
}

function numberOf(seed: string): number {
  return Number(seed.slice(seed.lastIndexOf('/') + 1));
}
