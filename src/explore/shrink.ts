import type { JsonObject } from '../lib/json.ts';
import { cutShort, fewerKinds, fewerPairs, fewerSteps, slice, withSteps } from './shrink/cut-steps.ts';
import { explain, type Reasons } from './shrink/explain.ts';
import { hasten, takeTime } from './shrink/hasten.ts';
import { mergeSteps } from './shrink/merge-steps.ts';
import { pace } from './shrink/pace.ts';
import { bareHead, fewerDevices, plainerHead, plainerSteps } from './shrink/plainer.ts';
import { plainerValues } from './shrink/plainer-values.ts';
import { Search, type ShrinkOptions } from './shrink/search.ts';
import { stepsOf } from './shrink/story-parts.ts';

/** What became of a story that was made smaller. */
export interface Shrunk {
  readonly story: JsonObject;
  /** What is wrong in it, in sentences. */
  readonly sentences: readonly string[];
  /** Why each of its lines is needed. */
  readonly reasons: Reasons;
  /** Whether it fails whatever the seed: then a run of it needs none. */
  readonly isSteady: boolean;
  /** Stories that were played for it. */
  readonly tries: number;
}

/** Seeds under which a story has to fail to need none. */
const otherSeeds = ['1', '2', '3'];

/**
 * Makes a failing story as small as it gets: it is cut short after the failure, sliced down to what touches the rows
 * that fail, and rid of kinds of steps, single steps and devices; then what is left is merged and made plainer. It goes
 * on failing by the same claim about the same kind of entity. Ends with the best so far when its bounds are reached.
 */
export async function shrinkStory(story: JsonObject, options: ShrinkOptions): Promise<Shrunk> {
  const search = new Search(story, options);
  await hasten(search);
  await cutShort(search);
  await bareHead(search);
  await slice(search);
  await fewerDevices(search);
  let before: JsonObject;
  do {
    before = search.best;
    for (const pass of [fewerKinds, fewerSteps, fewerDevices, plainerHead, plainerSteps, mergeSteps])
      await pass(search);
    if (search.best === before) await fewerPairs(search);
  } while (search.best !== before && !search.isOver);
  search.finish();
  await takeTime(search);
  await plainerValues(search);
  await pace(search);
  const isSteady = await steady(search);
  const reasons = await explain(search);
  return { story: search.best, sentences: search.sentences, reasons, isSteady, tries: search.tries };
}

/** Whether the story fails under any seed; delays drawn by the seed are replaced by one that is written down if it must be. */
async function steady(search: Search): Promise<boolean> {
  if (await failsAlways(search, search.best)) return true;
  const named = withSteps(search.best, [{ network: { latency: '20ms' } }, ...stepsOf(search.best)]);
  return (await failsAlways(search, named)) && (await search.accepts(named));
}

async function failsAlways(search: Search, story: JsonObject): Promise<boolean> {
  for (const seed of otherSeeds) {
    const attempt = await search.attempt(story, seed);
    if (attempt === undefined || attempt === null || !search.isSame(attempt)) return false;
  }
  return true;
}
