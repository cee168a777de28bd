import * as z from 'zod';
import type { Item } from '../../core/queue/item.ts';
import type { Device } from '../../engine/device.ts';
import type { Stage, Standing } from '../../stage/stage.ts';
import { describeJudgement } from '../judgement.ts';
import { duration } from '../language/values.ts';
import { failed, type Scene } from '../scene.ts';
import { defineVerb } from './verb.ts';

/** Rounds of decisions before it is called endless: each may uncover more, none makes new ones without end. */
const roundsMax = 25;
const withinDefaultMs = 2 * 3_600_000;

/** The world is mended, people decide what waits for them, and everything has to come to rest. */
export const settle = defineVerb(z.strictObject({ settle: z.literal(true), within: duration.optional() }), {
  name: 'settle',
  about:
    'Everything heals: partitions, lines, storages, armed faults, suspended and killed apps, a stopped server. People decide open conflicts (mine or theirs, drawn by the seed) and drop what was refused; decisions that were refused are tried again. Then all devices must be synced and hold the same as the server, each round within `within` (2h unless said).',
  actors: ['story'],
  example: 'settle: true',
  needs: () => ['partition', 'stop-server'],
  tell: () => 'heals, decides what waits for a person, and comes to rest',
  play: async (args, scene) => {
    heal(scene.stage);
    for (let round = 0; round < roundsMax; round += 1) {
      const standing = await scene.stage.runUntil(() => restful(scene), args.within ?? withinDefaultMs);
      if (!standing.holds) return failed('liveness', `not at rest in time: ${standing.because}`);
      if (!(await decideAll(scene))) return null;
      wake(scene.stage);
    }
    return failed('liveness', `people had to decide more than ${roundsMax} times in a row`);
  },
});

function heal(stage: Stage): void {
  stage.network.heal();
  if (!stage.server.isRunning()) stage.server.start(0);
  for (const device of stage.devices.values()) {
    device.disarm();
    device.setRenewal(0);
    device.setOnline(true);
    device.setStorage('good');
    if (device.isSuspended()) device.resume(0);
    if (device.engine() === null) device.restart(0);
  }
  wake(stage);
}

/** Every app comes to the foreground, its user signed in, so that nothing waits for its poll or for a person. */
function wake(stage: Stage): void {
  for (const device of stage.devices.values()) {
    const engine = device.engine();
    engine?.signedIn();
    engine?.foreground();
  }
}

/** Holds when all are synced and equal, or when something waits for a person and nothing else moves. */
async function restful(scene: Scene): Promise<Standing> {
  const judgement = await scene.judge([{ expectation: 'synced', args: true, place: null }], {
    kind: 'all',
    name: 'all',
  });
  if (judgement.differences.length === 0) return { holds: true };
  for (const device of scene.stage.devices.values()) {
    const engine = device.engine();
    if (engine !== null && (await waitsForPerson(engine))) return { holds: true };
  }
  return { holds: false, because: describeJudgement(judgement) };
}

/** What only a person can go on with: open conflicts about which nothing is decided yet, and refused items. */
async function questionsOf(
  engine: Device,
): Promise<{ readonly conflicts: readonly string[]; readonly refused: readonly Item[] }> {
  const queue = await engine.queue();
  const decided = new Set<string>(queue.flatMap(({ id, resolution }) => (resolution === null ? [] : [id])));
  const open = (await engine.conflicts()).map(({ changeId }) => changeId as string);
  return { conflicts: open.filter((id) => !decided.has(id)), refused: queue.filter(({ state }) => state === 'parked') };
}

async function waitsForPerson(engine: Device): Promise<boolean> {
  const { conflicts, refused } = await questionsOf(engine);
  return conflicts.length + refused.length > 0;
}

/** Decides everything that is open. Gives whether there was anything. */
async function decideAll(scene: Scene): Promise<boolean> {
  let any = false;
  for (const device of scene.stage.devices.values()) {
    const engine = device.engine();
    if (engine === null) continue;
    const { conflicts, refused } = await questionsOf(engine);
    for (const id of conflicts) await engine.resolveConflict(id, { keep: keepOf(id, scene) });
    // A decision that was refused is tried again: what it says is decided already.
    for (const { id, resolution } of refused) await (resolution === null ? engine.drop(id) : engine.retry(id));
    any ||= conflicts.length + refused.length > 0;
  }
  return any;
}

function keepOf(changeId: string, scene: Scene): 'mine' | 'theirs' {
  return scene.draw(2, `settle/${changeId}`) === 0 ? 'mine' : 'theirs';
}
