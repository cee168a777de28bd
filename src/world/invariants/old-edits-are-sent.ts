import type { Item } from '../../core/queue/item.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { perDevice } from '../per-device.ts';
import { atOnce } from '../view.ts';
import { changesIn, outcomeIn } from '../wire.ts';
import type { Findings, Invariant, World } from './invariant.ts';

const claim = {
  name: 'old-edits-are-sent',
  claim:
    'While all is well no edit waits longer than two polls and two probes, whatever questions are open about other rows.',
};

/** Nothing holds back what has nothing to do with it. */
export const oldEditsAreSent: Invariant = { ...claim, fresh: remembering };

interface Lane {
  /** Since when nothing went wrong on this device. */
  goodSinceMs: number;
  /** When each change was made that was never sent. */
  readonly unsent: Map<string, number>;
  /** Changes about which something waits for a person. */
  readonly questions: Set<string>;
  /** Whether the last call was answered, and whether its storage takes writes. */
  isAnswered: boolean;
  canWrite: boolean;
}

const atFirst = { isAnswered: true, canWrite: true };

function remembering(): Invariant {
  const watch = new Watch();
  return {
    ...claim,
    afterWrite: (write) => {
      const { unsent } = watch.laneOf(write.by);
      for (const id of write.changeIds) unsent.set(id, write.atMs);
    },
    heeds: {
      line: (record) => watch.line(record),
      phone: (record) => watch.phone(record),
      answer: (record) => watch.answer(record),
      life: (record) => watch.disturbed(record),
      fault: (record) => watch.disturbed(record),
      clock: (record) => watch.disturbed(record),
      server: (record) => watch.disturbed(record),
      notice: ({ lane, data }) => {
        const { kind, changeId } = data.notice as { readonly kind: string; readonly changeId?: string };
        if (changeId !== undefined && (kind === 'conflict' || kind === 'parked'))
          watch.laneOf(lane).questions.add(changeId);
      },
      call: ({ lane, data }, _, findings) => {
        const { unsent, questions } = watch.laneOf(lane);
        for (const { id } of changesIn(data)) if (unsent.delete(id) && questions.size > 0) findings.counts();
      },
      step: ({ atMs }, world, findings) => {
        if (world.stage.kind !== 'sim' || !world.stage.server.isRunning()) return;
        for (const device of world.stage.devices.keys()) {
          const lane = watch.laneOf(device);
          const { pollMs, probeMs } = world.limits(device);
          const beforeMs = atMs - 2 * (pollMs + probeMs);
          if (lane.unsent.size === 0 || !watch.isWellSince(beforeMs, device, world)) continue;
          const old = [...lane.unsent].filter(([, madeAtMs]) => madeAtMs < beforeMs).map(([id]) => id);
          if (old.length > 0) check(device, old, { lane, world, findings });
        }
      },
    },
  };
}

/** Knows since when nothing goes wrong. */
class Watch {
  readonly laneOf = perDevice((): Lane => ({ goodSinceMs: 0, unsent: new Map(), questions: new Set(), ...atFirst }));
  #allGoodSinceMs = 0;
  #partitioned: readonly string[] = [];

  disturbed({ lane, atMs }: TraceRecord): void {
    this.laneOf(lane).goodSinceMs = atMs;
    if (lane === 'server' || lane === 'network') this.#allGoodSinceMs = atMs;
  }

  line(record: TraceRecord): void {
    this.disturbed(record);
    const { partitioned } = record.data;
    if (Array.isArray(partitioned)) this.#partitioned = partitioned as readonly string[];
  }

  phone(record: TraceRecord): void {
    this.disturbed(record);
    const change = String(record.data.change);
    if (change.startsWith('has its storage')) this.laneOf(record.lane).canWrite = false;
    if (change === 'can write again') this.laneOf(record.lane).canWrite = true;
  }

  answer(record: TraceRecord): void {
    const lane = this.laneOf(record.lane);
    lane.isAnswered = outcomeIn(record.data).kind === 'answer';
    if (!lane.isAnswered) this.disturbed(record);
  }

  isWellSince(atMs: number, device: string, { stage }: World): boolean {
    const { goodSinceMs, isAnswered, canWrite } = this.laneOf(device);
    if (Math.max(goodSinceMs, this.#allGoodSinceMs) > atMs || !isAnswered || !canWrite) return false;
    const phone = stage.devices.get(device);
    return phone?.isOnline() === true && !phone.isSuspended() && !this.#partitioned.includes(device);
  }
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
