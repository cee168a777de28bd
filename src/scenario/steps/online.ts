import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import { armFaults, faultNeeds, nextFaults, tellFaults } from './faults-next.ts';
import { defineVerb } from './verb.ts';

/** Gives the phone its line back, with faults armed for what it sends first if wanted. */
export const online = defineVerb(z.strictObject({ online: z.literal(true), next: nextFaults.optional() }), {
  name: 'online',
  about: 'Gives the device its line back. `next` arms faults before it, so that they strike the first calls.',
  actors: ['device'],
  bare: true,
  example: 'phone: { online: true, next: { push: lose-response } }',
  needs: ({ next }) => faultNeeds(next),
  tell: ({ next }) => (next === undefined ? 'goes online' : `goes online; ${tellFaults(next)}`),
  play: ({ next }, { subject }) => {
    armFaults(next, subject);
    deviceOf(subject).setOnline(true);
    return null;
  },
});
