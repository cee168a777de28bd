import * as z from 'zod';
import { defineVerb } from './verb.ts';
import { engineOf, isEngine } from './write.ts';

/** The user's own switch: no request while it is on. */
export const pause = defineVerb(z.strictObject({ pause: z.boolean() }), {
  name: 'pause',
  about:
    "The app's own switch for working offline: `pause: true` (also bare) sends nothing until `pause: false`. Survives restarts.",
  actors: ['device'],
  bare: true,
  example: 'phone: { pause: false }',
  tell: (args) => (args.pause ? 'pauses syncing' : 'resumes syncing'),
  play: async (args, scene) => {
    const engine = engineOf(scene);
    if (!isEngine(engine)) return engine;
    await engine.setOffline(args.pause);
    return null;
  },
});
