import { perDevice } from '../per-device.ts';
import { resolutionsIn, verdictsIn } from '../wire.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'refusals-are-told',
  claim:
    'A change that the server refused for good is told to the user, or in the log when a newer edit took its place.',
};

/** Nothing is refused in silence. */
export const refusalsAreTold: Invariant = { ...claim, fresh: remembering };

function remembering(): Invariant {
  const laneOf = perDevice(() => ({
    /** Changes that decisions are about, by the decision's id. */
    decided: new Map<string, string>(),
    /** Changes that the device itself took back, and the decisions that say so. */
    withdrawn: new Set<string>(),
    met: new Set<string>(),
    untold: new Set<string>(),
  }));
  return {
    ...claim,
    heeds: {
      call: ({ lane, data }) => {
        const { decided, withdrawn } = laneOf(lane);
        for (const { id, changeId, outcome } of resolutionsIn(data)) {
          decided.set(id, changeId);
          if (outcome === 'withdraw') withdrawn.add(id).add(changeId);
        }
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
      notice: ({ lane, data }) => {
        const { changeId } = data.notice as { readonly changeId?: string };
        if (changeId !== undefined) laneOf(lane).untold.delete(changeId);
      },
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
