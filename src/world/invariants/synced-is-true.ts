import type { Invariant } from './invariant.ts';

/** Law 14: "synced" is said only when nothing waits here. */
export const syncedIsTrue: Invariant = {
  name: 'synced-is-true',
  claim: 'A device that says "synced" has nothing queued and no open conflict.',
  atRest: ({ devices }, findings) => {
    for (const { name, status, queue } of devices) {
      findings.counts();
      if (status.synced && (queue.length > 0 || status.conflicts > 0))
        findings.found(`${name} says synced with ${queue.length} items and ${status.conflicts} conflicts`);
    }
  },
};
