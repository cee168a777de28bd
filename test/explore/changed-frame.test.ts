import { describe, expect, it } from 'vitest';
import { frameClaims, isFrameSampled, judgeFrame } from '../../src/explore/changed-frame.ts';
import { drawStory } from '../../src/explore/draw-story.ts';
import { endStory } from '../../src/explore/story-run.ts';
import { openSim } from '../../src/sim/open-sim.ts';
import { differingEnd, type EndState } from '../../src/world/end-state.ts';

const world = { open: openSim };

function compared(one: EndState, other: EndState) {
  let met = 0;
  const difference = differingEnd(one, other, () => {
    met += 1;
  });
  return { met, difference };
}

describe('the ends of two runs', () => {
  const end = { writes: 'phone wrote a', data: 'a' };

  it('differ where a row of the same writes ends otherwise', () => {
    const { met, difference } = compared({ r0: end, r1: end }, { r0: end, r1: { ...end, data: 'b' } });
    expect(met).toBe(2);
    expect(difference).toEqual({ row: 'r1', one: 'a', other: 'b' });
  });

  it('are not compared where other things were written, or one of them says nothing', () => {
    const { met, difference } = compared({ r0: end, r1: end }, { r0: { writes: 'tablet wrote b', data: 'b' } });
    expect(met).toBe(0);
    expect(difference).toBeNull();
  });
});

describe('a story in another frame', () => {
  it('ends the same with other clocks, and with other batches and pages', async () => {
    const applied = new Map<string, number>();
    for (const number of [1, 2, 3, 4]) {
      const seed = `frame/${number}`;
      const story = drawStory(seed, { operations: 30 });
      const first = await endStory(story, seed, world);
      const run = await judgeFrame(story, first, world);
      expect(run.sentences).toEqual(first.run.sentences);
      for (const claim of frameClaims) applied.set(claim, (applied.get(claim) ?? 0) + (run.applied[claim] ?? 0));
      expect(run.hash).toBe(first.run.hash);
    }
    for (const claim of frameClaims) expect(applied.get(claim), claim).toBeGreaterThan(0);
  });

  it('is played for one number in twenty', () => {
    expect(Array.from({ length: 100 }, (_, at) => at).filter(isFrameSampled)).toHaveLength(5);
  });

  it('says which row ends otherwise', async () => {
    const seed = 'frame/1';
    const story = drawStory(seed, { operations: 30 });
    const first = await endStory(story, seed, world);
    const [row] = Object.keys(first.endState);
    expect(row).toBeDefined();
    const wrong = { ...first.endState, [row as string]: { ...first.endState[row as string], data: 'something else' } };
    const run = await judgeFrame(story, { ...first, endState: wrong as EndState }, world);
    expect(run.claims).toContain(frameClaims[0]);
    expect(run.sentences.join()).toContain(row);
  });
});
