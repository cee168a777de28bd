import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import type { StepEnd } from '../scene.ts';
import { defineVerb } from './verb.ts';
import { engineOf, isEngine } from './write.ts';

const schema = z.strictObject({
  'sign-in': z
    .union([z.literal(true), z.string().min(1)])
    .meta({ description: 'true: the same user; or who signs in' }),
});

/** The user of a device, or another one, signs in. */
export const signIn = defineVerb(schema, {
  name: 'sign-in',
  about:
    'The same user signs in again after `needs-auth`: what was held is sent, and renewals are granted again. Take faults with 401 back before it. With a name, that user signs in: the app closes and starts on data of their own, those of the one before stay on the device, and are gone on with when that one signs in again.',
  actors: ['device'],
  bare: true,
  example: 'phone: { sign-in: ben }',
  needs: (args) => (args['sign-in'] === true ? [] : ['switch-user']),
  tell: (args) => (args['sign-in'] === true ? 'signs in again' : `has ${args['sign-in']} sign in`),
  play: async (args, scene): Promise<StepEnd> => {
    const engine = engineOf(scene);
    if (!isEngine(engine)) return engine;
    const device = deviceOf(scene.subject);
    const user = args['sign-in'];
    if (user !== true && user !== device.user) {
      await device.signInAs(user);
      return null;
    }
    device.setRenewal(0);
    engine.signedIn();
    return null;
  },
});
