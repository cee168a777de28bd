import * as z from 'zod';
import type { Device } from '../../engine/device.ts';
import { deviceOf } from '../expectations/running.ts';
import { splitRow } from '../language/values.ts';
import type { Mentions } from '../mentions.ts';
import { failed, type Scene, type StepFailed } from '../scene.ts';

/** A change, by its label, or by the row it is about. */
export const changeName = z
  .string()
  .min(1)
  .meta({ description: 'a label, or a row as type/id when one change of it waits' });

/** What a change's name speaks of. */
export function mentionsOfChange(name: string): Mentions {
  return name.includes('/') ? { rows: [splitRow(name)] } : { labels: [name] };
}

/** The ids of the queue items that a name means on the scene's device, in order of the queue; or why there are none. */
export async function waitingIds(name: string, engine: Device, scene: Scene): Promise<readonly string[] | StepFailed> {
  const waiting = await engine.queue();
  const ids = await idsOf(name, engine, scene);
  const found = waiting.filter(({ id }) => ids.includes(id)).map(({ id }) => id);
  return found.length > 0 ? found : failed('step', `nothing of ${name} waits in the queue of ${scene.subject.name}`);
}

/** The ids that a name means on the scene's device, waiting or not. */
export async function idsOf(name: string, engine: Device, scene: Scene): Promise<readonly string[]> {
  if (!name.includes('/')) {
    const lines = await scene.labels.lines(name, scene.stage);
    return lines.filter(({ device }) => device === deviceOf(scene.subject).name).flatMap(({ changeIds }) => changeIds);
  }
  const { entityType, entityId } = splitRow(name);
  const waiting = await engine.queue();
  return waiting.filter((item) => item.entityType === entityType && item.entityId === entityId).map(({ id }) => id);
}
