import * as z from 'zod';
import { armFaults, faultNeeds, nextFaults, tellFaults } from './faults-next.ts';
import { defineVerb } from './verb.ts';

/** Arms faults for the next calls of a device. */
export const next = defineVerb(z.strictObject({ next: nextFaults }), {
  name: 'next',
  about:
    'Arms faults for the next calls of this device, by call or `any`: one fault or a list; { fault, times, skip } strikes several calls (`times: every`) or lets some pass first; `percent: 30` strikes about so many of a hundred.',
  actors: ['device'],
  example: 'phone: { next: { push: { fault: { status: 503, retryAfter: 10s }, times: 2 }, pull: lose-request } }',
  needs: (args) => faultNeeds(args.next),
  tell: (args) => `has a bad line: ${tellFaults(args.next)}`,
  play: (args, { subject }) => {
    armFaults(args.next, subject);
    return null;
  },
});
