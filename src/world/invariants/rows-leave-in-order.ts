import type { Ledger } from '../ledger.ts';
import { dataName, perDevice } from '../per-device.ts';
import { changesIn, resolutionsIn, verdictsIn } from '../wire.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'rows-leave-in-order',
  claim:
    'Changes of a row leave a device in the order of its edits: none before an earlier one, none past one without a verdict.',
};

/** First in, first out, per row, as seen on the wire. */
export const rowsLeaveInOrder: Invariant = { ...claim, fresh: remembering };

/** What a device has sent of one row. */
interface Sent {
  /** The newest write of which a change was sent. */
  newest: number;
  /** Changes without a verdict, with their place in the order of edits. */
  readonly open: Map<string, number>;
}

interface Lane {
  readonly rows: Map<string, Sent>;
  readonly met: Map<string, Sent>;
  /** Changes that decisions are about, by the decision's id. */
  readonly decided: Map<string, string>;
}

function remembering(): Invariant {
  const laneOf = perDevice((): Lane => ({ rows: new Map(), met: new Map(), decided: new Map() }));
  return {
    ...claim,
    heeds: {
      call: ({ lane: device, data }, { ledger, stage }, findings) => {
        const lane = laneOf(dataName(ledger, device, stage.devices.get(device)?.user));
        for (const { id, changeId } of resolutionsIn(data)) lane.decided.set(id, changeId);
        const ahead = new Set<string>();
        for (const change of changesIn(data)) {
          // What is only added to a counter counts the same before and after any other edit.
          if (change.action === 'UPDATE' && change.data === null && change.increments !== undefined) continue;
          send(lane, change, { device, ledger, findings, ahead });
          ahead.add(change.id);
        }
      },
      answer: ({ lane: device, data }, { ledger, stage }) => {
        const { met, decided } = laneOf(dataName(ledger, device, stage.devices.get(device)?.user));
        for (const { id } of verdictsIn(data)) {
          const change = decided.get(id) ?? id;
          met.get(change)?.open.delete(change);
        }
      },
    },
  };
}

interface On {
  readonly device: string;
  readonly ledger: Ledger;
  readonly findings: Findings;
  /** Changes that stand before it in the same request. */
  readonly ahead: ReadonlySet<string>;
}

function send(
  lane: Lane,
  { id, entityType, entityId }: { readonly id: string; readonly entityType: string; readonly entityId: string },
  { device, ledger, findings, ahead }: On,
): void {
  const n = ledger.writesIn(id)[0]?.n;
  // A change that got another id has no place of its own in the ledger.
  if (n === undefined) return;
  const key = `${entityType}/${entityId}`;
  const row = lane.rows.get(key) ?? { newest: 0, open: new Map<string, number>() };
  lane.rows.set(key, row);
  findings.counts();
  if (!lane.met.has(id) && n < row.newest)
    findings.found(`${device} sends change ${id} of ${key} for the first time after a later one`);
  for (const [other, at] of row.open) {
    if (at < n && other !== id && !ahead.has(other))
      findings.found(`${device} sends change ${id} of ${key} though ${other} before it has no verdict`);
  }
  row.newest = Math.max(row.newest, n);
  row.open.set(id, n);
  lane.met.set(id, row);
}
