import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import { defineVerb } from './verb.ts';
import { engineOf, isEngine } from './write.ts';

/** The same user signs in again: there is a token that the server takes. */
export const signIn = defineVerb(z.strictObject({ 'sign-in': z.literal(true) }), {
  name: 'sign-in',
  about:
    'The same user signs in again after `needs-auth`: what was held is sent, and renewals are granted again. Take faults with 401 back before it.',
  actors: ['device'],
  bare: true,
  example: 'phone: sign-in',
  tell: () => 'signs in again',
  play: (_, scene) => {
    const engine = engineOf(scene);
    if (!isEngine(engine)) return engine;
    deviceOf(scene.subject).setRenewal(0);
    engine.signedIn();
    return null;
  },
});
