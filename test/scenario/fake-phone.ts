import { keyText } from '../../src/core/ids.ts';
import type { Notice, SyncOutcome } from '../../src/core/sync/output.ts';
import type { Device, Edit } from '../../src/engine/device.ts';
import type { FaultSetting } from '../../src/faults/table.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { StageDevice } from '../../src/stage/device.ts';
import type { DeviceSetup, StageSetup } from '../../src/stage/stage.ts';

/** Counts of a device that has sent nothing. */
export const noRequests = { pull: 0, push: 0, resolve: 0, digest: 0, history: 0, devices: 0 };

/** What a fake phone sees of its stage. */
export interface FakeWorld {
  readonly nowMs: number;
  readonly isRunning: boolean;
  readonly rows: Map<string, JsonObject>;
  readonly committed: string[];
  readonly setup: StageSetup;
  readonly options: { readonly forgets?: boolean };
}

interface Waiting {
  readonly id: string;
  readonly edit: Edit;
}

/** One hash over all rows: equal rows give equal digests. */
export function digestOf(rows: ReadonlyMap<string, JsonObject>): Record<string, { count: number; hash: string }> {
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return { rows: { count: rows.size, hash: JSON.stringify(sorted) } };
}

/** A phone that pushes everything and pulls everything, without merging. */
export class FakePhone implements StageDevice {
  readonly name: string;
  readonly user: string;
  readonly rows = new Map<string, JsonObject>();
  queue: Waiting[] = [];
  readonly told: { atMs: number; notice: Notice }[] = [];
  readonly armed: FaultSetting[] = [];
  readonly #stage: FakeWorld;
  readonly #isAutomatic: boolean;
  #online: boolean;
  #life = 1;
  #startsAt: number | null = null;
  #isAlive = true;
  #asked: ((outcome: SyncOutcome) => void)[] = [];
  #written = 0;
  clockMs: number;

  constructor(setup: DeviceSetup, stage: FakeWorld) {
    this.name = setup.name;
    this.user = setup.user;
    this.#online = setup.online;
    this.#isAutomatic = setup.sync === 'auto';
    this.clockMs = setup.clockMs;
    this.#stage = stage;
  }

  engine(): Device | null {
    return this.#isAlive ? this.#engine() : null;
  }
  lives(): number {
    return this.#life;
  }
  isOnline(): boolean {
    return this.#online;
  }
  setOnline(online: boolean): void {
    this.#online = online;
  }
  kill(): void {
    this.#isAlive = false;
    this.#asked = [];
  }
  cutPower(): void {
    this.kill();
  }
  signInAs(): void {
    // Its stage knows one user.
  }
  suspend(): void {
    // It has no timers.
  }
  resume(): void {
    // It was never suspended.
  }
  isSuspended(): boolean {
    return false;
  }
  copyData(): never {
    throw new Error('a fake phone has no data to copy');
  }
  drift(): never {
    throw new Error('a fake phone has a clock that never drifts');
  }
  failWrite(): never {
    throw new Error('a fake phone keeps nothing');
  }
  upgrade(): never {
    throw new Error('a fake phone has one app');
  }

  loadData(): never {
    throw new Error('a fake phone has no data to replace');
  }
  keepBackup(): void {
    // It never makes one.
  }
  backup(): null {
    return null;
  }
  setStorage(): void {
    // Its maps are never full.
  }
  crashAt(): void {
    // It has no store to die in.
  }
  restart(delayMs: number): void {
    this.#startsAt = this.#stage.nowMs + delayMs;
  }
  setClock(offsetMs: number): void {
    this.clockMs = offsetMs;
  }
  arm(setting: FaultSetting): void {
    this.armed.push(setting);
  }
  disarm(): void {
    this.armed.length = 0;
  }
  setRenewal(): void {
    // Its tokens never expire.
  }
  renewals(): number {
    return 0;
  }
  notices(): readonly { atMs: number; notice: Notice }[] {
    return this.told;
  }
  sentAt(): readonly number[] {
    return [];
  }
  requests(): typeof noRequests {
    return noRequests;
  }

  tick(): void {
    if (this.#startsAt !== null && this.#stage.nowMs >= this.#startsAt) {
      [this.#isAlive, this.#startsAt, this.#life] = [true, null, this.#life + 1];
    }
    if (this.#isAlive && (this.#isAutomatic || this.#asked.length > 0)) this.exchange();
  }

  /** Pushes everything, pulls everything. A line with the fault lose-response takes the effect and no answer. */
  exchange(): void {
    const pushed = this.queue.length;
    if (!this.#online || !this.#stage.isRunning) {
      this.#answer({ ok: false, reason: 'no line', phase: 'offline' });
      return;
    }
    this.#emit('call', {
      callId: `c${this.#stage.nowMs}`,
      call: 'push',
      body: { changes: this.queue.map(({ id }) => ({ id })) },
    });
    for (const { id, edit } of this.queue) this.#commit(id, edit);
    if (this.armed.shift()?.fault === 'lose-response') {
      const outcome = { kind: 'failure', reason: 'reset', detail: '' };
      this.#emit('answer', { callId: `c${this.#stage.nowMs}`, call: 'push', outcome });
      return;
    }
    this.queue = [];
    this.rows.clear();
    for (const [key, data] of this.#stage.rows) this.rows.set(key, data);
    this.told.push({ atMs: this.#stage.nowMs, notice: { kind: 'success', pushed, pulled: this.rows.size } });
    this.#answer({ ok: true, pushed, pulled: this.rows.size });
  }

  #commit(id: string, edit: Edit): void {
    if (this.#stage.committed.includes(id)) return;
    if (!this.#stage.options.forgets) {
      this.#stage.committed.push(id);
      apply(this.#stage.rows, edit);
    }
    const key = { entityType: edit.entityType, entityId: edit.entityId ?? '' };
    this.#stage.setup.trace({
      kind: 'verdict',
      atMs: this.#stage.nowMs,
      lane: 'server',
      data: { changeId: id, status: 'applied', ...key },
    });
  }

  #emit(kind: 'call' | 'answer', data: JsonObject): void {
    this.#stage.setup.trace({ kind, atMs: this.#stage.nowMs, lane: this.name, data });
  }

  #answer(outcome: SyncOutcome): void {
    for (const asked of this.#asked.splice(0)) asked(outcome);
  }

  #write(edits: readonly Edit[]): ReturnType<Device['write']> {
    const bad = edits.find(
      (edit) => edit.action !== 'delete' && Number((edit as { set?: JsonObject }).set?.rating ?? 1) > 5,
    );
    if (bad) return { ok: false, problem: { code: 'invalid_change', field: 'rating', detail: 'at most 5' } };
    const ids = edits.map((edit) => {
      this.#written += 1;
      const id = `${this.name}#${this.#written}`;
      this.queue.push({ id, edit });
      apply(this.rows, edit);
      return id;
    });
    return { ok: true, entityId: edits[0]?.entityId ?? '', changeIds: ids };
  }

  #engine(): Device {
    const sync = () => new Promise<SyncOutcome>((resolve) => this.#asked.push(resolve));
    const decided = () => ({ ok: true, entityId: '', changeIds: [] }) as const;
    const part: Partial<Device> = {
      write: (edit) => this.#write([edit]),
      writeGroup: (edits) => this.#write(edits),
      get: (entityType, entityId) => {
        const data = this.rows.get(keyText({ entityType, entityId }));
        const state = { isDirty: false, syncStatus: 'synced', retryCount: 0, lastSyncedAt: null, version: 1 } as const;
        return data === undefined ? null : { entityType, entityId, data, ...state };
      },
      query: ({ entityType }) => [...this.rows.keys()].filter((key) => key.startsWith(`${entityType}/`)) as never,
      syncAll: sync,
      syncEntity: sync,
      syncPendingChanges: sync,
      pull: sync,
      undo: decided,
      retry: decided,
      drop: decided,
      why: (id) =>
        this.queue.some((item) => item.id === id)
          ? { code: 'offline', because: 'the device is offline', remedy: '' }
          : null,
      status: () => this.#status() as never,
      queue: () =>
        this.queue.map(({ id, edit }) => ({
          id,
          entityType: edit.entityType,
          entityId: edit.entityId,
          state: 'pending',
          error: null,
        })) as never,
      conflicts: () => [],
      aside: () => [],
      log: () => [],
      digest: () => ({ epoch: 'e', cursor: 'c', types: digestOf(this.rows) }),
      setOffline: () => undefined,
      foreground: () => undefined,
    };
    return part as Device;
  }

  #status(): object {
    const none = { inFlight: 0, unsettled: 0, waiting: 0, parked: 0, failed: 0, conflict: 0 };
    return {
      phase: this.#online ? 'idle' : 'offline',
      synced: this.queue.length === 0,
      items: { ...none, pending: this.queue.length },
      counts: {},
      quarantined: 0,
      registered: true,
      waitingFor: this.queue.length === 0 ? null : `${this.queue.length} changes wait for a line`,
    };
  }
}

function apply(rows: Map<string, JsonObject>, edit: Edit): void {
  const key = keyText({ entityType: edit.entityType, entityId: edit.entityId ?? '' });
  if (edit.action === 'delete') rows.delete(key);
  else rows.set(key, { ...rows.get(key), ...(edit.action === 'create' ? edit.data : edit.set) });
}
