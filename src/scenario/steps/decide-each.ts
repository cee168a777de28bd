import type { Device, WriteOutcome } from '../../engine/device.ts';
import type { Awaitable } from '../../ports/storage.ts';
import { failed, type Scene, type StepEnd } from '../scene.ts';
import { idsOf, waitingIds } from './decide.ts';
import { ended, engineOf, isEngine } from './write.ts';

/** Decides about every change that a name means, newest first, until one is refused. */
export async function decideEach(options: {
  readonly name: string;
  /** `waiting`: only items in the queue; `all`: also changes that have left it. */
  readonly of: 'all' | 'waiting';
  readonly as: string | undefined;
  readonly scene: Scene;
  readonly decide: (engine: Device, changeId: string) => Awaitable<WriteOutcome>;
}): Promise<StepEnd> {
  const { name, of, as, scene, decide } = options;
  const engine = engineOf(scene);
  if (!isEngine(engine)) return engine;
  const ids =
    of === 'waiting' ? await waitingIds(name, engine, scene) : scene.labels.written(name).flatMap((c) => c.changeIds);
  const meant = of === 'all' && name.includes('/') ? await idsOf(name, engine, scene) : ids;
  if ('claim' in meant) return meant;
  if (meant.length === 0) return failed('step', `nothing of ${name} was written on ${scene.subject.name}`);
  for (const id of [...meant].reverse()) {
    // A decision about one change may have taken others of its group with it.
    if (of === 'waiting' && !(await waits(engine, id))) continue;
    const end = ended(await decide(engine, id), { edits: [], options: { as }, scene });
    if (end !== null) return end;
  }
  return null;
}

async function waits(engine: Device, changeId: string): Promise<boolean> {
  return (await engine.queue()).some(({ id }) => id === changeId);
}
