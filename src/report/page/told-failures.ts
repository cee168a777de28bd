import type { Failure } from '../../scenario/result.ts';
import type { TraceRecord } from '../../trace/record.ts';

/**
 * The story with a record for every failure: one of a step, a deadline that passed or an edit that was refused, leaves
 * none of its own. It comes at its time, before the story's end.
 */
export function tellFailures(story: readonly TraceRecord[], failures: readonly Failure[]): readonly TraceRecord[] {
  const untold = failures.filter((failure) => momentOf(story, failure) < 0);
  if (untold.length === 0) return story;
  const isEnded = story.at(-1)?.kind === 'end';
  const told = untold.map(({ atMs, sentence, claim, differences }): TraceRecord => {
    const lane = differences[0]?.subject ?? 'story';
    return { kind: 'expect', atMs, lane, data: { text: claim, holds: false, because: sentence } };
  });
  return [...(isEnded ? story.slice(0, -1) : story), ...told, ...(isEnded ? story.slice(-1) : [])];
}

/** Index of the record that a failure has in a story; -1: it has none. */
export function momentOf(story: readonly TraceRecord[], { sentence, atMs: failedMs }: Failure): number {
  return story.findIndex(
    ({ kind, data, atMs }) =>
      kind === 'expect' && data.holds !== true && data.because === sentence && atMs === failedMs,
  );
}
