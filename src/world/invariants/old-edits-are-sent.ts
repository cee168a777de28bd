import type { Item } from '../../core/queue/item.ts';
import { Calm, patienceMs } from '../calm.ts';
import { perDevice } from '../per-device.ts';
import { atOnce } from '../view.ts';
import { changesIn } from '../wire.ts';
import type { Findings, Invariant, World } from './invariant.ts';

const claim = {
  name: 'old-edits-are-sent',
  claim:
    'While all is well no edit waits longer than two polls and two probes, whatever questions are open about other rows.',
};

/** Nothing holds back what has nothing to do with it. */
export const oldEditsAreSent: Invariant = { ...claim, fresh: remembering };

interface Lane {
  /** When each change was made that was never sent. */
  readonly unsent: Map<string, number>;
  /** Changes about which something waits for a person. */
  readonly questions: Set<string>;
}

function remembering(): Invariant {
  const calm = new Calm();
  const laneOf = perDevice((): Lane => ({ unsent: new Map(), questions: new Set() }));
  return {
    ...claim,
    afterWrite: (write) => {
      const { unsent } = laneOf(write.by);
      for (const id of write.changeIds) unsent.set(id, write.atMs);
    },
    heeds: {
      ...calm.heeds,
      notice: ({ lane, data }) => {
        const { kind, changeId } = data.notice as { readonly kind: string; readonly changeId?: string };
        if (changeId !== undefined && (kind === 'conflict' || kind === 'parked')) laneOf(lane).questions.add(changeId);
      },
      call: ({ lane, data }, _, findings) => {
        const { unsent, questions } = laneOf(lane);
        for (const { id } of changesIn(data)) if (unsent.delete(id) && questions.size > 0) findings.counts();
      },
      step: ({ atMs }, world, findings) => {
        for (const device of world.stage.devices.keys()) {
          const lane = laneOf(device);
          const beforeMs = atMs - patienceMs(device, world);
          if (lane.unsent.size === 0 || !calm.isSince(beforeMs, device, world)) continue;
          const old = [...lane.unsent].filter(([, madeAtMs]) => madeAtMs < beforeMs).map(([id]) => id);
          if (old.length > 0) check(device, old, { lane, world, findings });
        }
      },
    },
  };
}

function check(
  device: string,
  old: readonly string[],
  { lane, world, findings }: { readonly lane: Lane; readonly world: World; readonly findings: Findings },
): void {
  const engine = world.stage.devices.get(device)?.engine();
  const queue = engine === null || engine === undefined ? [] : atOnce(engine.queue());
  for (const id of old) {
    lane.unsent.delete(id);
    const item = queue.find((each) => each.id === id);
    if (item !== undefined && isFree(item, queue))
      findings.found(`${device} holds change ${id} of ${item.entityType}/${item.entityId} back, though all is well`);
  }
}

/** Whether nothing that is queued has anything to do with an item: its row, its parents, its group, what it depends on. */
function isFree(item: Item, queue: readonly Item[]): boolean {
  if (item.state !== 'pending' || item.sent || item.group !== null) return false;
  if (item.dependsOn.length > 0 || item.parents.length > 0) return false;
  return queue.every(
    (other) => other === item || other.entityType !== item.entityType || other.entityId !== item.entityId,
  );
}
