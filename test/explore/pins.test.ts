import { describe, expect, it } from 'vitest';
import { choicesOfRun, unfitPins } from '../../src/explore/choices.ts';
import { choicesOf, drawStory } from '../../src/explore/draw-story.ts';
import { runStory } from '../../src/explore/story-run.ts';
import type { Pins } from '../../src/lib/pins.ts';
import { openSim } from '../../src/sim/open-sim.ts';

const world = { open: openSim };
const bounded = { operations: 12 };
const none: Pins = {};

describe('the choices of a story', () => {
  it('written down give the same story under another seed', () => {
    const story = choicesOf('pins/1', bounded);
    const { scenario: _, ...again } = drawStory('pins/2', { ...bounded, pins: { story, world: none } });
    const { scenario: __, ...first } = drawStory('pins/1', bounded);
    expect(again).toEqual(first);
  });

  it('can be changed one by one, and leave those of other labels in place', () => {
    const story = choicesOf('pins/1', bounded);
    const pins = { story: { ...story, 'devices#0': 0 }, world: none };
    expect(Object.keys(drawStory('pins/1', { ...bounded, pins }).devices as object)).toEqual(['phone']);
  });
});

describe('the choices of a world', () => {
  it('stand in the story that was drawn, and are held when it is played', async () => {
    const { story, world: chosen } = await choicesOfRun('pins/1', { ...bounded, ...world });
    const [name] = Object.keys(chosen).filter((one) => one.startsWith('net/'));
    const pins = { story, world: { [name as string]: ((chosen[name as string] as number) + 1) % 40 } };
    const pinnedStory = drawStory('pins/1', { ...bounded, pins });
    expect(pinnedStory.pins).toEqual(pins.world);
    const held = await choicesOfRun('pins/1', { ...bounded, ...world, pins });
    expect(held.world[name as string]).toBe(pins.world[name as string]);
    const hashes = [pinnedStory, drawStory('pins/1', bounded)].map(
      async (one) => (await runStory(one, 'pins/1', world)).hash,
    );
    expect(await hashes[0]).not.toBe(await hashes[1]);
  });

  it('all held give the run once more', async () => {
    const chosen = await choicesOfRun('pins/1', { ...bounded, ...world });
    const story = drawStory('pins/1', { ...bounded, pins: chosen });
    const first = await runStory(drawStory('pins/1', bounded), 'pins/1', world);
    expect((await runStory(story, 'pins/1', world)).hash).toBe(first.hash);
  });
});

it('pins that no draw asked for, or that are out of range, held nothing and are named', () => {
  const pins = { story: { 'devices#0': 999, 'devices#1': 1 }, world: { 'net/nobody#0': 1 } };
  const choices = { story: choicesOf('pins/1', { ...bounded, pins }), world: none };
  expect(unfitPins(pins, choices)).toEqual(['story devices#0', 'story devices#1', 'world net/nobody#0']);
});
