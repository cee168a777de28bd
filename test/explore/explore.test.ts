import { describe, expect, it } from 'vitest';
import { exploreSeed, shrinkFailure } from '../../src/explore/campaign.ts';
import { drawStory } from '../../src/explore/draw-story.ts';
import { storyFile } from '../../src/explore/story-file.ts';
import { runStory } from '../../src/explore/story-run.ts';
import { Tally } from '../../src/explore/tally.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { readScenarioText } from '../../src/scenario/read-scenario.ts';
import { openSim } from '../../src/sim/open-sim.ts';
import { registries } from '../../src/stage/registries.ts';
import type { OpenStage } from '../../src/stage/stage.ts';
import { overlay } from '../../src/world/overlay.ts';

/** A world whose server forgets every second write of a kind: what no campaign may let pass. */
const forgetful: OpenStage = async (setup) => {
  const stage = await openSim(setup);
  const server = overlay(stage.server, {
    rows: async (user, entityType) => (await stage.server.rows(user, entityType)).slice(1),
  });
  return overlay(stage, { server });
};

describe('a random story', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(drawStory('a/1')).toEqual(drawStory('a/1'));
    expect(drawStory('a/1')).not.toEqual(drawStory('a/2'));
  });

  it('is read without a complaint, as a file too', () => {
    for (let number = 0; number < 40; number += 1) {
      const text = storyFile(drawStory(`read/${number}`), { seed: `read/${number}`, broken: 'nothing' });
      const files = { read: () => null, beside: (_: string, name: string) => name };
      const { plans, diagnostics } = readScenarioText('story.yaml', text, { registry: registries.guras, files });
      expect(diagnostics).toEqual([]);
      expect(plans).toHaveLength(1);
    }
  });

  it('keeps every invariant, and each came to bear', async () => {
    const tally = new Tally();
    for (let number = 0; number < 60; number += 1) tally.add(await exploreSeed(`suite/${number}`, { open: openSim }));
    expect(tally.sum().failing.map(({ run }) => `${run.seed} ${run.sentences.join('; ')}`)).toEqual([]);
    expect([...tally.applied].filter(([, count]) => count === 0)).toEqual([]);
  }, 60_000);

  it('gives the same hash each time it is played', async () => {
    const [first, again] = [
      await exploreSeed('twice/3', { open: openSim }),
      await exploreSeed('twice/3', { open: openSim }),
    ];
    expect(again.run.hash).toBe(first.run.hash);
  });
});

describe('a world that loses a row', () => {
  it('is found, and the failure is made small', async () => {
    const { run, story } = await exploreSeed('lost/1', { open: forgetful });
    expect(run.claims).toContain('converged');
    const shrunk = await shrinkFailure({ run, story: story as JsonObject }, { open: forgetful });
    // One of them is the wait that a small story gets, so that it shows the same in real time.
    expect((shrunk.story.steps as readonly unknown[]).length).toBeLessThanOrEqual(3);
    const again = await runStory(shrunk.story, run.seed, { open: forgetful });
    expect(again.claims).toContain('converged');
    expect((await runStory(shrunk.story, run.seed, { open: openSim })).claims).toEqual([]);
  }, 60_000);
});
