import { pageIn } from '../wire.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'purged-stays-purged',
  claim: 'What the server has purged it sends to nobody: no page holds a tombstone that a purge before it took.',
};

/** A purge: when it was, by the story and by the server's clock, and which tombstones it took. */
interface Purge {
  readonly atMs: number;
  readonly serverMs: number;
  readonly beforeMs: number;
}

/** Tombstones go. */
export const purgedStaysPurged: Invariant = { ...claim, fresh: remembering };

function remembering(): Invariant {
  let offsetMs = 0;
  let purges: readonly Purge[] = [];
  return {
    ...claim,
    heeds: {
      clock: ({ lane, data }) => {
        if (lane === 'server') offsetMs = Number(data.offsetMs);
      },
      server: ({ atMs, data }, { stage }) => {
        if (data.change === 'backed up') purges = [];
        if (data.change !== 'purged') return;
        const serverMs = stage.clock.startedWallMs + atMs + offsetMs;
        purges = [...purges, { atMs, serverMs, beforeMs: serverMs - Number(data.olderThanMs) }];
      },
      answer: ({ lane, data }, { ledger }, findings) => {
        const page = purges.length === 0 ? null : pageIn(data);
        if (page === null) return;
        const past = purges.filter(({ serverMs }) => page.serverTime > serverMs);
        if (past.length === 0) return;
        for (const { deleted, updatedAt, entityType, entityId, origin } of page.changes) {
          findings.counts();
          // A transaction may have begun before a purge and ended after it: what it wrote was not there to be purged.
          const committedMs = ledger.contacts.committedAt(origin.changeId) ?? 0;
          if (deleted && past.some(({ atMs, beforeMs }) => updatedAt < beforeMs && committedMs <= atMs))
            findings.found(`${lane} is brought the tombstone of ${entityType}/${entityId}, which was purged`);
        }
      },
    },
  };
}
