import type { TraceRecord } from '../trace/record.ts';
import type { Heeds, World } from './invariants/invariant.ts';
import { perDevice } from './per-device.ts';
import { outcomeIn } from './wire.ts';

interface Lane {
  /** Since when nothing went wrong on this device, ms of the story. */
  calmSinceMs: number;
  /** Whether the last call was answered, and whether its storage takes writes. */
  isAnswered: boolean;
  canWrite: boolean;
}

/** Knows of a run since when nothing goes wrong: on a device, and between it and the server. */
export class Calm {
  readonly #laneOf = perDevice((): Lane => ({ calmSinceMs: 0, isAnswered: true, canWrite: true }));
  #allCalmSinceMs = 0;
  #partitioned: readonly string[] = [];

  /** The records it has to hear of; an invariant that heeds one of these itself calls {@link answered} for `answer`. */
  readonly heeds: Heeds = {
    line: (record) => this.#line(record),
    phone: (record) => this.#phone(record),
    answer: (record) => this.answered(record),
    life: (record) => this.#disturbed(record),
    fault: (record) => this.#disturbed(record),
    clock: (record) => this.#disturbed(record),
    server: (record) => this.#disturbed(record),
  };

  /** Takes the end of a call. */
  answered(record: TraceRecord): void {
    const lane = this.#laneOf(record.lane);
    lane.isAnswered = outcomeIn(record.data).kind === 'answer';
    if (!lane.isAnswered) this.#disturbed(record);
  }

  /** Whether all has been well with a device of a simulation from a moment (ms of the story) until now. */
  isSince(atMs: number, device: string, { stage }: World): boolean {
    const { calmSinceMs, isAnswered, canWrite } = this.#laneOf(device);
    if (stage.kind !== 'sim' || !stage.server.isRunning() || !isAnswered || !canWrite) return false;
    if (Math.max(calmSinceMs, this.#allCalmSinceMs) > atMs) return false;
    const phone = stage.devices.get(device);
    return phone?.isOnline() === true && !phone.isSuspended() && !this.#partitioned.includes(device);
  }

  #disturbed({ lane, atMs }: TraceRecord): void {
    this.#laneOf(lane).calmSinceMs = atMs;
    if (lane === 'server' || lane === 'network') this.#allCalmSinceMs = atMs;
  }

  #line(record: TraceRecord): void {
    this.#disturbed(record);
    const { partitioned } = record.data;
    if (Array.isArray(partitioned)) this.#partitioned = partitioned as readonly string[];
  }

  #phone(record: TraceRecord): void {
    this.#disturbed(record);
    const change = String(record.data.change);
    if (change.startsWith('has its storage')) this.#laneOf(record.lane).canWrite = false;
    if (change === 'can write again') this.#laneOf(record.lane).canWrite = true;
  }
}

/** How long an edit or a piece of news may take while all is well, ms: two polls and two probes of the device. */
export function patienceMs(device: string, world: World): number {
  const { pollMs, probeMs } = world.limits(device);
  return 2 * (pollMs + probeMs);
}
