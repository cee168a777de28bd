import * as z from 'zod';
import type { Item } from '../../core/queue/item.ts';
import type { Device } from '../../engine/device.ts';
import type { StageDevice } from '../../stage/device.ts';
import type { Stage, Standing } from '../../stage/stage.ts';
import { usersOf } from '../expectations/running.ts';
import { sameDigests } from '../expectations/synced.ts';
import { describeJudgement } from '../judgement.ts';
import { duration } from '../language/values.ts';
import { failed, type Scene } from '../scene.ts';
import { defineVerb } from './verb.ts';

/** Rounds of decisions before it is called endless: each may uncover more, none makes new ones without end. */
const roundsMax = 25;
const withinDefaultMs = 2 * 3_600_000;

const schema = z.strictObject({
  settle: z.literal(true),
  within: duration.optional(),
  dead: z.array(z.string()).optional().meta({ description: 'devices that are killed and stay so' }),
});

/** The world is mended, people decide what waits for them, and everything has to come to rest. */
export const settle = defineVerb(schema, {
  name: 'settle',
  about:
    'Everything heals: partitions, lines, storages, armed faults, suspended and killed apps, a stopped server. People decide open conflicts (mine or theirs, drawn by the seed), drop what was refused, and sign in where they are asked to; decisions that were refused are tried again. Then all devices must be synced and hold the same as the server, each round within `within` (2h unless said). Devices that are `dead` are killed and left out: the others must come to rest without them.',
  actors: ['story'],
  example: 'settle: true',
  needs: () => ['partition', 'stop-server'],
  mentions: ({ dead }) => ({ devices: dead ?? [] }),
  tell: ({ dead = [] }) =>
    `heals${dead.length === 0 ? '' : `, ${dead.join(' and ')} apart`}, decides what waits for a person, and comes to rest`,
  play: async (args, scene) => {
    const living = [...scene.stage.devices.values()].filter(({ name }) => args.dead?.includes(name) !== true);
    await heal(scene.stage, living);
    for (let round = 0; round < roundsMax; round += 1) {
      const standing = await scene.stage.runUntil(() => restful(scene, living), args.within ?? withinDefaultMs);
      if (!standing.holds) return failed('liveness', `not at rest in time: ${standing.because}`);
      if (!(await decideAll(scene, living))) return null;
      wake(living);
    }
    return failed('liveness', `people had to decide more than ${roundsMax} times in a row`);
  },
});

async function heal(stage: Stage, living: readonly StageDevice[]): Promise<void> {
  stage.network.heal();
  stage.clock.prioritise?.([]);
  if (!stage.server.isRunning()) stage.server.start(0);
  for (const device of stage.devices.values()) if (!living.includes(device)) await device.kill();
  for (const device of living) {
    device.disarm();
    device.setRenewal(0);
    device.setOnline(true);
    device.setStorage('good');
    if (device.isSuspended()) device.resume(0);
    if (device.engine() === null) device.restart(0);
  }
  wake(living);
}

/** Every app comes to the foreground, its user signed in, so that nothing waits for its poll or for a person. */
function wake(living: readonly StageDevice[]): void {
  for (const device of living) {
    const engine = device.engine();
    engine?.signedIn();
    engine?.foreground();
  }
}

/** Holds when all are synced and equal, or when something waits for a person and nothing else moves. */
async function restful(scene: Scene, living: readonly StageDevice[]): Promise<Standing> {
  const because = await unrestOf(scene, living);
  if (because === null) return { holds: true };
  for (const device of living) {
    const engine = device.engine();
    if (engine !== null && (await waitsForPerson(engine))) return { holds: true };
  }
  return { holds: false, because };
}

/** What is not at rest yet, in words; null when all are synced and hold the same. */
async function unrestOf(scene: Scene, living: readonly StageDevice[]): Promise<string | null> {
  for (const device of living) {
    const subject = { kind: 'device', name: device.name, device } as const;
    const judgement = await scene.judge([{ expectation: 'synced', args: true, place: null }], subject);
    if (judgement.differences.length > 0) return describeJudgement(judgement);
  }
  for (const user of usersOf(living)) {
    const [finding] = await sameDigests(user, living, scene);
    if (finding !== undefined) return finding.text;
  }
  return null;
}

/** What only a person can go on with: open conflicts about which nothing is decided yet, refused items, and a sign-in. */
interface Questions {
  readonly conflicts: readonly string[];
  readonly refused: readonly Item[];
  /** A refusal of the token may still have been on its way when the user signed in. */
  readonly signIn: boolean;
}

async function questionsOf(engine: Device): Promise<Questions> {
  const queue = await engine.queue();
  const decided = new Set<string>(queue.flatMap(({ id, resolution }) => (resolution === null ? [] : [id])));
  const open = (await engine.conflicts()).map(({ changeId }) => changeId as string);
  return {
    conflicts: open.filter((id) => !decided.has(id)),
    refused: queue.filter(({ state }) => state === 'parked'),
    signIn: (await engine.status()).phase === 'needs-auth',
  };
}

function isAsked({ conflicts, refused, signIn }: Questions): boolean {
  return signIn || conflicts.length + refused.length > 0;
}

async function waitsForPerson(engine: Device): Promise<boolean> {
  return isAsked(await questionsOf(engine));
}

/** Decides everything that is open. Gives whether there was anything. */
async function decideAll(scene: Scene, living: readonly StageDevice[]): Promise<boolean> {
  let any = false;
  for (const device of living) {
    const engine = device.engine();
    if (engine === null) continue;
    const questions = await questionsOf(engine);
    const { conflicts, refused } = questions;
    for (const id of conflicts) await engine.resolveConflict(id, { keep: keepOf(id, scene) });
    // A decision that was refused is tried again: what it says is decided already.
    for (const { id, resolution } of refused) await (resolution === null ? engine.drop(id) : engine.retry(id));
    any ||= isAsked(questions);
  }
  return any;
}

function keepOf(changeId: string, scene: Scene): 'mine' | 'theirs' {
  return scene.draw(2, `settle/${changeId}`) === 0 ? 'mine' : 'theirs';
}
