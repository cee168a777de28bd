import type { JsonObject } from '../lib/json.ts';
import { isFrameSampled, judgeFrame } from './changed-frame.ts';
import { type DrawOptions, drawStory } from './draw-story.ts';
import { type Goal, GoalWatch } from './goals.ts';
import type { ShrinkOptions } from './shrink/search.ts';
import { type Shrunk, shrinkStory } from './shrink.ts';
import { endStory, type StoryOptions, type StoryRun, tryStory } from './story-run.ts';
import type { Failing } from './tally.ts';

/** What a part of a campaign found: plain data that processes pass on. */
export interface StoryResult {
  readonly run: StoryRun;
  /** The drawn story of a run that failed; null when all held. */
  readonly story: JsonObject | null;
  /** The goals of a campaign that it reached. */
  readonly reached: readonly Goal[];
}

/** Draws and plays the story of one seed. */
export async function exploreSeed(seed: string, options: StoryOptions & DrawOptions): Promise<StoryResult> {
  const story = drawStory(seed, options);
  const watch = new GoalWatch();
  const first = await endStory(story, seed, { ...options, onRecord: watch.record });
  const isJudged = first.run.claims.length === 0 && isFrameSampled(numberOf(seed));
  const run = isJudged ? await judgeFrame(story, first, options) : first.run;
  return { run, story: run.claims.length === 0 ? null : story, reached: [...watch.reached] };
}

/** The number of a story, as its seed ends with it; 0 without one. */
function numberOf(seed: string): number {
  const number = Number(seed.slice(seed.lastIndexOf('/') + 1));
  return Number.isSafeInteger(number) ? number : 0;
}

/** Makes a failing story smaller as long as it goes on failing in the same way. */
export function shrinkFailure(
  { run, story }: Pick<Failing, 'run' | 'story'>,
  options: StoryOptions & Omit<ShrinkOptions, 'play' | 'failed'>,
): Promise<Shrunk> {
  const play = (smaller: JsonObject, seed = run.seed): Promise<StoryRun | null> => tryStory(smaller, seed, options);
  return shrinkStory(story, { ...options, play, failed: run });
}
