import { pageIn } from '../wire.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'purged-stays-purged',
  claim: 'What the server has purged it sends to nobody: no page holds a tombstone older than a purge before it.',
};

/** Tombstones go. */
export const purgedStaysPurged: Invariant = { ...claim, fresh: remembering };

function remembering(): Invariant {
  let offsetMs = 0;
  let beforeMs: number | null = null;
  let purgedMs = 0;
  return {
    ...claim,
    heeds: {
      clock: ({ lane, data }) => {
        if (lane === 'server') offsetMs = Number(data.offsetMs);
      },
      server: ({ atMs, data }, { stage }) => {
        if (data.change === 'backed up') beforeMs = null;
        if (data.change !== 'purged') return;
        purgedMs = stage.clock.startedWallMs + atMs + offsetMs;
        beforeMs = Math.max(beforeMs ?? 0, purgedMs - Number(data.olderThanMs));
      },
      answer: ({ lane, data }, _, findings) => {
        if (beforeMs === null) return;
        const page = pageIn(data);
        if (page === null || page.serverTime <= purgedMs) return;
        for (const { deleted, updatedAt, entityType, entityId } of page.changes) {
          findings.counts();
          if (deleted && updatedAt < beforeMs)
            findings.found(`${lane} is brought the tombstone of ${entityType}/${entityId}, which was purged`);
        }
      },
    },
  };
}
