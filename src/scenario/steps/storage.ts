import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import { defineVerb } from './verb.ts';

const schema = z.strictObject({
  storage: z
    .enum(['full', 'busy', 'good'])
    .meta({ description: 'no room, held by another process, or as it should be' }),
});

/** The device's storage takes no writes from now on, or takes them again. */
export const storage = defineVerb(schema, {
  name: 'storage',
  about:
    "How the device's storage stands from now on: `full` or `busy`, then nothing can be written, or `good` again. Reads go on. A write then fails with that code (`refused: full`), so does a sync that is asked for; what the app does by itself is tried again until it can be written.",
  actors: ['device'],
  example: 'phone: { storage: full }',
  needs: () => ['storage'],
  tell: ({ storage: state }) => (state === 'good' ? 'can write to its storage again' : `has its storage ${state}`),
  play: ({ storage: state }, { subject }) => {
    deviceOf(subject).setStorage(state);
    return null;
  },
});
