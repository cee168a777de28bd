import type { LedgerWrite } from '../ledger.ts';
import { dataName, perDevice } from '../per-device.ts';
import type { StatusSeen } from '../view.ts';
import { resolutionsIn, verdictsIn } from '../wire.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'synced-when-settled',
  claim:
    'Whenever a device says that nothing waits, every change of its user has a verdict or a line in its log, and the time of its last sync never falls.',
};

/** Status honesty, whenever anybody looks. */
export const syncedWhenSettled: Invariant = { ...claim, fresh: remembering };

interface Lane {
  /** Changes without a verdict. */
  readonly open: Map<string, LedgerWrite>;
  /** The change that each withdrawal takes back: the answer to it is a verdict on that change. */
  readonly withdrawals: Map<string, string>;
  lastSyncedAt: number | null;
  /** How often that time fell: once at most for each clock that it was told by. */
  falls: number;
}

function remembering(): Invariant {
  const laneOf = perDevice((): Lane => ({ open: new Map(), withdrawals: new Map(), lastSyncedAt: null, falls: 0 }));
  const clockOf = perDevice(() => ({ sets: 0 }));
  return {
    ...claim,
    afterWrite: (write, { ledger }) => {
      const { open } = laneOf(dataName(ledger, write.by, write.user));
      for (const id of write.changeIds) open.set(id, write);
    },
    heeds: {
      call: ({ lane, data }, { ledger, stage }) => {
        const { withdrawals } = laneOf(dataName(ledger, lane, stage.devices.get(lane)?.user));
        for (const { id, changeId, outcome } of resolutionsIn(data))
          if (outcome === 'withdraw') withdrawals.set(id, changeId);
      },
      answer: ({ lane, data }, { ledger, stage }) => {
        const { open, withdrawals } = laneOf(dataName(ledger, lane, stage.devices.get(lane)?.user));
        for (const { id } of verdictsIn(data)) open.delete(withdrawals.get(id) ?? id);
      },
      // The time of the last sync is told by the device's own clock.
      clock: ({ lane }) => {
        clockOf(lane).sets += 1;
      },
    },
    atStatus: (seen, { ledger }, findings) => {
      const lane = laneOf(dataName(ledger, seen.device, seen.user));
      // Data of a copy tell it by the clock of the device that they came from.
      const clocks = clockOf(seen.device).sets + (ledger.dataOf(seen.device) > 0 ? 1 : 0);
      checkTime(lane, seen, { findings, clocks });
      const waiting = Object.values(seen.status.items).some((count) => count > 0);
      if (!seen.status.synced && waiting) return;
      findings.counts();
      if (lane.open.size > 0) checkOpen(lane, seen, findings);
    },
  };
}

function checkTime(
  lane: Lane,
  { device, status }: StatusSeen,
  { findings, clocks }: { readonly findings: Findings; readonly clocks: number },
): void {
  const { lastSyncedAt } = status;
  if (lane.lastSyncedAt !== null && (lastSyncedAt ?? 0) < lane.lastSyncedAt) {
    lane.falls += 1;
    if (lane.falls > clocks)
      findings.found(`${device} says it synced last at ${lastSyncedAt}, after ${lane.lastSyncedAt}`);
  }
  lane.lastSyncedAt = lastSyncedAt;
}

/** A change that never got a verdict left the queue in another way, and the log says how. Each is told once. */
function checkOpen({ open }: Lane, { device, log }: StatusSeen, findings: Findings): void {
  for (const { changeId } of log()) if (changeId !== null) open.delete(changeId);
  for (const [id, { entityType, row }] of open)
    findings.found(`${device} says that nothing waits, and change ${id} of ${entityType}/${row} was never settled`);
  open.clear();
}
