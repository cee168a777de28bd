import * as z from 'zod';
import type { Choice, Conflict } from '../../core/merge/conflict.ts';
import { fieldValues, label, splitRow } from '../language/values.ts';
import { failed, type Scene } from '../scene.ts';
import { changeName, idsOf, mentionsOfChange } from './decide.ts';
import { defineVerb } from './verb.ts';
import { ended, engineOf, isEngine } from './write.ts';

const schema = z.strictObject({
  resolve: changeName,
  keep: z.enum(['mine', 'theirs', 'merge']),
  values: fieldValues.optional(),
  as: label.optional(),
});

/** Decides an open conflict as the person at the device. */
export const resolve = defineVerb(schema, {
  name: 'resolve',
  about: 'Decides an open conflict of this device, by label or row: keep `mine`, `theirs`, or `merge` with `values`.',
  actors: ['device'],
  example: 'tablet: { resolve: meditation/s1, keep: merge, values: { notes: calm and busy } }',
  mentions: (args) => mentionsOfChange(args.resolve),
  tell: (args) => `resolves ${args.resolve}: keeps ${args.keep}${args.values ? ` ${JSON.stringify(args.values)}` : ''}`,
  play: async (args, scene) => {
    const engine = engineOf(scene);
    if (!isEngine(engine)) return engine;
    if ((args.keep === 'merge') !== (args.values !== undefined)) {
      return failed('step', 'keep: merge needs values, and only it takes them');
    }
    const open = (await engine.conflicts()).find(await matcher(args.resolve, engine, scene));
    if (open === undefined) return failed('step', `${scene.subject.name} has no open conflict on ${args.resolve}`);
    const choice: Choice = args.keep === 'merge' ? { keep: 'merge', values: args.values ?? {} } : { keep: args.keep };
    return ended(await engine.resolveConflict(open.changeId, choice), { edits: [], options: { as: args.as }, scene });
  },
});

async function matcher(
  name: string,
  engine: Parameters<typeof idsOf>[1],
  scene: Scene,
): Promise<(conflict: Conflict) => boolean> {
  if (name.includes('/')) {
    const key = splitRow(name);
    return (conflict) => conflict.entityType === key.entityType && conflict.entityId === key.entityId;
  }
  const ids = await idsOf(name, engine, scene);
  return ({ changeId }) => ids.includes(changeId);
}
