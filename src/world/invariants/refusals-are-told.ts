import type { Write } from '../../core/sync/rows.ts';
import { perDevice } from '../per-device.ts';
import { resolutionsIn, verdictsIn } from '../wire.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'refusals-are-told',
  claim:
    'What waits for a person is told, and so is what the server refused for good, or the log names the edit that took its place.',
};

/** Nothing is refused in silence. */
export const refusalsAreTold: Invariant = { ...claim, fresh: remembering };

/** What a device heard and told. */
interface Lane {
  /** Changes that decisions are about, by the decision's id. */
  readonly decided: Map<string, string>;
  /** Changes that the device itself took back, and the decisions that say so. */
  readonly withdrawn: Set<string>;
  readonly met: Set<string>;
  readonly untold: Set<string>;
  readonly told: Set<string>;
  /** Whether this life of the app has begun its work: a store that takes no writes may keep it from that. */
  isBegun: boolean;
}

function newLane(): Lane {
  const sets = {
    withdrawn: new Set<string>(),
    met: new Set<string>(),
    untold: new Set<string>(),
    told: new Set<string>(),
  };
  return { decided: new Map(), ...sets, isBegun: true };
}

function remembering(): Invariant {
  const laneOf = perDevice(newLane);
  return {
    ...claim,
    heeds: listening(laneOf),
    atView: ({ device, queue }, { ledger }, findings) => {
      const { told, isBegun } = laneOf(device);
      if (!isBegun || ledger.dataOf(device) > 0) return;
      for (const { id, state, entityType, entityId } of queue) {
        if (state !== 'parked' && state !== 'conflict') continue;
        findings.counts();
        if (!told.has(id))
          findings.found(`${device} never told that ${entityType}/${entityId} waits for a person, ${state}`);
      }
    },
    atRest: async ({ devices, stage }, findings) => {
      for (const { name } of devices) {
        const { untold } = laneOf(name);
        // A newer edit may have taken its place before anybody was told: the log says so.
        const log = untold.size === 0 ? [] : await stage.devices.get(name)?.engine()?.log();
        for (const { changeId } of log ?? []) if (changeId !== null) untold.delete(changeId);
        for (const id of untold) findings.found(`${name} never told that change ${id} was refused`);
      }
    },
  };
}

/** Notes decisions, verdicts and what people were told. */
function listening(laneOf: (device: string) => Lane): NonNullable<Invariant['heeds']> {
  return {
    call: ({ lane, data }) => {
      const { decided, withdrawn } = laneOf(lane);
      for (const { id, changeId, outcome } of resolutionsIn(data)) {
        decided.set(id, changeId);
        if (outcome === 'withdraw') withdrawn.add(id).add(changeId);
      }
    },
    life: ({ lane }) => {
      laneOf(lane).isBegun = false;
    },
    event: ({ lane, data }) => {
      if (data.name === 'start') laneOf(lane).isBegun = true;
    },
    answer: ({ lane, data }, _, findings) => {
      const { decided, withdrawn, met, untold } = laneOf(lane);
      for (const { id, status, first } of verdictsIn(data)) {
        if ((first ?? status) !== 'rejected' || met.has(id) || withdrawn.has(id)) continue;
        findings.counts();
        met.add(id);
        untold.add(decided.get(id) ?? id);
      }
    },
    // What the log named is read as it is written: a backup that is restored later takes the log back with it.
    commit: ({ lane, data }) => {
      for (const write of data.writes as unknown as readonly Write[])
        if (write.table === 'log' && 'put' in write && write.put.changeId !== null)
          laneOf(lane).untold.delete(write.put.changeId);
    },
    notice: ({ lane, data }) => {
      const { changeId } = data.notice as { readonly changeId?: string };
      if (changeId === undefined) return;
      laneOf(lane).untold.delete(changeId);
      laneOf(lane).told.add(changeId);
    },
  };
}
