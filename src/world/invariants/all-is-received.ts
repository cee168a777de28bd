import { Brought } from '../brought.ts';
import type { Facts, HeldRow } from '../facts.ts';
import { perDevice } from '../per-device.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'all-is-received',
  claim:
    'At rest every device was brought the newest version of each row of its user, and never one that was not committed.',
};

/** Cursor completeness, by what was on the wire and not by what is shown. */
export const allIsReceived: Invariant = { ...claim, fresh: remembering };

function remembering(): Invariant {
  /** The newest version of each row that a device was told of, by device and user. */
  const receivedOf = perDevice(() => new Map<string, number>());
  const brought = new Brought();
  let isRestored = false;
  return {
    ...claim,
    heeds: {
      server: ({ data }) => {
        if (data.change === 'backed up') isRestored = true;
      },
      call: ({ data }) => brought.called(data),
      answer: ({ lane, data }, { stage }) => {
        const received = receivedOf(`${lane} ${stage.devices.get(lane)?.user}`);
        for (const { row, version } of brought.toldIn(data))
          received.set(row, Math.max(version, received.get(row) ?? -1));
      },
    },
    atRest: async (facts, findings) => {
      for (const { name, user } of facts.devices) {
        // A device that got the data of a copy got rows with them.
        if (facts.ledger.dataOf(name) > 0) continue;
        const received = receivedOf(`${name} ${user}`);
        for (const row of facts.server.get(user) ?? []) {
          const key = `${row.entityType}/${row.entityId}`;
          const newest = await newestOf(facts, user, row);
          if (newest === null) continue;
          findings.counts();
          const version = received.get(key) ?? -1;
          if (version < newest || (version > newest && !isRestored))
            findings.found(`${name} was brought version ${version} of ${key}, which is at ${newest}`);
        }
      }
    },
  };
}

/** The version that a row is at; null of a catalogue's, whose two parts have numbers of their own. */
async function newestOf(
  { stage, ledger }: Facts,
  user: string,
  { entityType, entityId }: HeldRow,
): Promise<number | null> {
  if (ledger.typeOf(entityType)?.catalogue !== false) return null;
  return (await stage.server.history(user, { entityType, entityId })).at(-1)?.version ?? null;
}
