import { type ChosenPins, choicesOf, type DrawOptions, drawStory } from './draw-story.ts';
import { runStory, type StoryOptions } from './story-run.ts';

/** Every choice of the run of a seed: those that make its story, and those of the world while it is played. */
export async function choicesOfRun(seed: string, options: StoryOptions & DrawOptions): Promise<ChosenPins> {
  const world: Record<string, number> = {};
  const onChoice = (name: string, value: number): void => {
    world[name] = value;
  };
  const open: StoryOptions['open'] = (setup) => options.open({ ...setup, onChoice });
  await runStory(drawStory(seed, options), seed, { ...options, open });
  return { story: choicesOf(seed, options), world };
}

/** Pins that held nothing in a run: no such draw was made, or it can't have that value. */
export function unfitPins(pins: ChosenPins, choices: ChosenPins): readonly string[] {
  return (['story', 'world'] as const).flatMap((part) =>
    Object.entries(pins[part]).flatMap(([name, value]) => (choices[part][name] === value ? [] : [`${part} ${name}`])),
  );
}
