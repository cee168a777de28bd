import type { Invariant } from './invariant.ts';

/** Law 11: when all is well everything that may move has moved. */
export const queueDrains: Invariant = {
  name: 'queue-drains',
  claim: 'At rest no device has anything left to send.',
  atRest: ({ devices }, findings) => {
    for (const { name, queue } of devices) {
      findings.counts();
      for (const { entityType, entityId, state } of queue)
        findings.found(`${name} still holds ${entityType}/${entityId}, ${state}`);
    }
  },
};
