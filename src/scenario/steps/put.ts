import * as z from 'zod';
import type { Device, Edit } from '../../engine/device.ts';
import type { Scene, StepEnd } from '../scene.ts';
import { editFor, mentionsOf, tellEdit, updateParts, writeOptions } from './edit.ts';
import { defineVerb } from './verb.ts';
import { ended, engineOf, isEngine, outcomeOf } from './write.ts';

const { update, ...changes } = updateParts;
const { as } = writeOptions;

/** Writes a row whatever the device shows of it: for random stories, where nobody knows what is there. */
export const put = defineVerb(z.strictObject({ put: update, ...changes, as }), {
  name: 'put',
  about:
    'Writes fields of a row, and creates it first where the device shows none. For random stories: a write that the device or its storage refuses is told, one on an app that does not run is left out, and the story goes on.',
  actors: ['device'],
  example: 'phone: { put: meditation/s1, set: { notes: calm } }',
  mentions: (args) => mentionsOf(asUpdate(args)),
  tell: (args) => tellEdit(asUpdate(args)).replace(/^updates/, 'puts'),
  play: async (args, scene) => {
    const engine = engineOf(scene);
    if (!isEngine(engine)) return null;
    const { entityType, entityId } = args.put;
    if ((await engine.get(entityType, entityId)) !== null)
      return write(await editFor(engine, asUpdate(args)), args, { engine, scene });
    const { set = {}, add = {}, increment } = args;
    const made = await write({ action: 'create', entityType, entityId, data: { ...add, ...set } }, args, {
      engine,
      scene,
    });
    if (made !== null || increment === undefined) return made;
    return write({ action: 'update', entityType, entityId, add: increment }, {}, { engine, scene });
  },
});

interface Written {
  readonly as?: string | undefined;
}

async function write(
  edit: Edit,
  { as: label }: Written,
  { engine, scene }: { readonly engine: Device; readonly scene: Scene },
): Promise<StepEnd> {
  const outcome = await outcomeOf(() => engine.write(edit));
  const end = ended(outcome, { edits: [edit], options: { as: label }, scene });
  return outcome.ok ? end : null;
}

type Put = Omit<Parameters<typeof tellEdit>[0], 'update'> & { readonly put: z.output<typeof update> };

/** The same words as an update. */
function asUpdate({ put: key, ...rest }: Put): Parameters<typeof tellEdit>[0] {
  return { update: key, ...rest } as Parameters<typeof tellEdit>[0];
}
