import * as z from 'zod';
import { defineVerb } from './verb.ts';
import { engineOf, isEngine } from './write.ts';

/** The app comes to the foreground. */
export const foreground = defineVerb(z.strictObject({ foreground: z.literal(true) }), {
  name: 'foreground',
  about: 'The app comes to the foreground: failed items and an overdue poll are tried now.',
  actors: ['device'],
  bare: true,
  example: 'phone: foreground',
  tell: () => 'comes to the foreground',
  play: (_, scene) => {
    const engine = engineOf(scene);
    if (!isEngine(engine)) return engine;
    engine.foreground();
    return null;
  },
});
