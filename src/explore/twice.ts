import { canonicalJson, type Json, type JsonObject } from '../lib/json.ts';
import type { TraceRecord } from '../trace/record.ts';
import { runStory, type StoryOptions } from './story-run.ts';

/** One run in so many is played twice, unless all are. */
const sampleEvery = 50;

/** Whether the story of a number is one of the sample that is played twice. */
export function isSampled(number: number): boolean {
  return number % sampleEvery === 0;
}

/** The name of the claim that a story breaks whose two plays differ. */
export const deterministic = 'deterministic';

/**
 * Plays a story twice more and tells the first event in which the two differ. When they are alike, what differed lies
 * outside: another process, or something that an earlier run left behind.
 */
export async function tellDivergence(story: JsonObject, seed: string, options: StoryOptions): Promise<string> {
  const [first, second] = [await linesOf(story, seed, options), await linesOf(story, seed, options)];
  const at = first.findIndex((line, index) => line !== second[index]);
  if (at >= 0) return `event ${at + 1} differs: ${shortened(first[at])}, then ${shortened(second[at])}`;
  if (second.length > first.length)
    return `event ${first.length + 1} comes in one play alone: ${shortened(second[first.length])}`;
  return 'two more plays in one process are alike: it depends on the process, or on what was played before';
}

async function linesOf(story: JsonObject, seed: string, options: StoryOptions): Promise<readonly string[]> {
  const lines: string[] = [];
  const onRecord = ({ kind, atMs, lane, data }: TraceRecord): void => {
    lines.push(canonicalJson({ kind, atMs, lane, data } satisfies Record<string, Json>));
  };
  await runStory(story, seed, { ...options, onRecord });
  return lines;
}

function shortened(line: string | undefined): string {
  if (line === undefined) return 'nothing';
  return line.length > 400 ? `${line.slice(0, 397)}...` : line;
}
