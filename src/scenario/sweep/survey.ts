import type { CallName } from '../../core/protocol/paths.ts';
import type { TraceRecord } from '../../trace/record.ts';

/** A step that began, or null for the end of the story, and the devices whose app ran then. */
export interface StepPoint {
  /** From 1, in the order in which steps began. */
  readonly step: number | null;
  readonly running: readonly string[];
}

/** A request of the story that reached the server, and that no fault of the story touched. */
export interface RequestPoint {
  readonly device: string;
  readonly call: CallName;
  /** From 1, among all requests of this call that the device sent. */
  readonly request: number;
  /** Whether the device committed something when it heard the answer. */
  readonly isKept: boolean;
}

/** A commit that an app made by itself. */
export interface WritePoint {
  readonly device: string;
  /** From 1, among all commits of the device. */
  readonly commit: number;
  /** The event that it keeps. */
  readonly event: string;
}

/** Events that a step of the story makes: where their write fails, the step fails. */
const ofSteps: ReadonlySet<string> = new Set(['edit', 'decide', 'switch']);

/** Finds the points of a story in the trace of a run that nothing disturbed. Needs the trace of a simulated world. */
export class Survey {
  readonly #running = new Set<string>();
  readonly #steps: StepPoint[] = [];
  readonly #sent = new Map<string, RequestPoint>();
  readonly #counts = new Map<string, number>();
  readonly #arrived = new Set<string>();
  readonly #touched = new Set<string>();
  readonly #kept = new Set<string>();
  /** The record before, while it may lead to the commit of an answer. */
  #answered: { readonly lane: string; readonly callId: string; readonly isTaken: boolean } | null = null;
  readonly #commits = new Map<string, number>();
  readonly #events = new Map<string, string>();
  readonly #writes: WritePoint[] = [];
  #stands = false;

  /** From now on a request can be disturbed: those that left while the world was built can't. */
  worldStands(): void {
    this.#stands = true;
  }

  /** Takes the next record of the run. */
  add(record: TraceRecord): void {
    const { kind, lane, data } = record;
    const callId = String(data.callId);
    this.#follow(record);
    this.#count(record);
    if (kind === 'life') this.#life(lane, data.change === 'started');
    else if (kind === 'step') this.#steps.push({ step: this.#steps.length + 1, running: [...this.#running] });
    else if (kind === 'call') this.#call(callId, this.#request(lane, data.call as CallName));
    else if (kind === 'arrived') this.#arrived.add(callId);
    else if (kind === 'fault') this.#touched.add(callId);
  }

  /** The steps in their order, then the end. */
  steps(): readonly StepPoint[] {
    return [...this.#steps, { step: null, running: [...this.#running] }];
  }

  /** The requests in the order in which they were sent. */
  requests(): readonly RequestPoint[] {
    const clean = [...this.#sent].filter(([callId]) => this.#arrived.has(callId) && !this.#touched.has(callId));
    return clean.map(([callId, point]) => ({ ...point, isKept: this.#kept.has(callId) }));
  }

  /** An answer that is kept shows as itself, the event that takes it, and that event's commit. */
  #follow({ kind, lane, data }: TraceRecord): void {
    const before = this.#answered?.lane === lane ? this.#answered : null;
    this.#answered = null;
    if (kind === 'answer') this.#answered = { lane, callId: String(data.callId), isTaken: false };
    else if (kind === 'event' && before !== null && before.callId.endsWith(`.${String(data.detail)}`))
      this.#answered = { ...before, isTaken: true };
    else if (kind === 'commit' && before?.isTaken === true) this.#kept.add(before.callId);
  }

  /** The commits of the app that no step made, in the order in which they were made. */
  writes(): readonly WritePoint[] {
    return this.#writes;
  }

  #count({ kind, lane, data }: TraceRecord): void {
    if (kind === 'event' && data.name !== 'life') this.#events.set(lane, String(data.name));
    if (kind !== 'commit' || !this.#stands) return;
    const commit = (this.#commits.get(lane) ?? 0) + 1;
    this.#commits.set(lane, commit);
    const event = this.#events.get(lane) ?? '';
    if (!ofSteps.has(event)) this.#writes.push({ device: lane, commit, event });
  }

  #life(device: string, runs: boolean): void {
    if (runs) this.#running.add(device);
    else this.#running.delete(device);
  }

  #call(callId: string, point: RequestPoint): void {
    if (this.#stands) this.#sent.set(callId, point);
  }

  #request(device: string, call: CallName): RequestPoint {
    const key = `${device} ${call}`;
    const request = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, request);
    return { device, call, request, isKept: false };
  }
}
