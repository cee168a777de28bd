import { expect } from 'vitest';
import { MemoryStorage } from '../../../src/adapters/portable/storage-memory.ts';
import type { Reading } from '../../../src/core/clock/server-clock.ts';
import { brandId, type ChangeId, type DeviceId, type UserId } from '../../../src/core/ids.ts';
import { defaultLimits, type Limits } from '../../../src/core/limits.ts';
import type { Registry } from '../../../src/core/model/registry.ts';
import type { Change, PullRequest, Resolution } from '../../../src/core/protocol/messages.ts';
import type { Call, CallOutcome } from '../../../src/core/sync/call.ts';
import type { Decision, Edit, Event, RunKind, TimerName } from '../../../src/core/sync/event.ts';
import type { Effect, StepResult, WriteOutcome } from '../../../src/core/sync/output.ts';
import { readMeta } from '../../../src/core/sync/rows.ts';
import { initialState, type State } from '../../../src/core/sync/state.ts';
import { statusOf } from '../../../src/core/sync/status-of.ts';
import { step } from '../../../src/core/sync/step.ts';
import { Turn } from '../../../src/core/sync/turn.ts';
import { whyDevice, whyItem } from '../../../src/core/sync/why.ts';
import { initDevice } from '../../../src/engine/init-device.ts';
import { present } from '../../../src/lib/assert.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';
import { CoreStore } from './core-store.ts';
import { frozen } from './frozen.ts';

/** The server's time at the start of every test, ms. */
export const start = 1_800_000_000_000;

type Bare = Event extends infer Each ? (Each extends Event ? Omit<Each, 'at'> : never) : never;

/** What a device of a test is made of; the defaults are a device that syncs when asked and shares its store with nobody. */
export interface Setup {
  readonly registry: Registry;
  readonly limits: Partial<Limits>;
  readonly automatic: boolean;
  readonly exclusive: boolean;
  readonly storage: MemoryStorage;
  readonly holder: string;
  readonly seed: string;
}

/**
 * The pure core over rows in memory, without a driver: a test says every event and every answer. Each event is stepped
 * twice from frozen inputs, so that every test is also one of purity.
 */
export class CoreDevice extends CoreStore {
  readonly limits: Limits;
  readonly effects: Effect[] = [];
  /** Calls on the wire, oldest first. */
  calls: readonly Call[] = [];
  timers = new Map<TimerName, number>();
  wallMs = start;
  monoMs = 1_000;
  boot = 'boot';
  state: State;
  readonly #setup: Setup;

  constructor(told: Partial<Setup> = {}) {
    const setup = {
      registry: policyRegistry,
      limits: {},
      automatic: false,
      exclusive: true,
      storage: new MemoryStorage({ freeze: true }),
      holder: 'a process',
      seed: 'seed',
      ...told,
    };
    super(setup.storage, setup.registry);
    this.#setup = setup;
    this.limits = { ...defaultLimits, ...this.#setup.limits };
    this.state = frozen(initialState(this.#setup.seed));
    if (this.storage.read((rows) => readMeta(rows, 'device')) === undefined) this.#init();
  }

  #init(): void {
    void initDevice(this.storage, {
      deviceId: brandId<DeviceId>('phone'),
      userId: brandId<UserId>('ana'),
      registry: this.registry,
      wallMs: this.wallMs,
    });
  }

  /** Steps one event, commits what it says and takes note of its effects. */
  on(bare: Bare): StepResult {
    const event = frozen({ ...bare, at: this.reading() }) as Event;
    const setting = { registry: this.registry, limits: this.limits };
    const result = this.storage.transact((rows) => {
      const value = step(setting, this.state, event, rows);
      expect(step(setting, this.state, event, rows)).toEqual(value);
      return { commit: value.commit, value };
    });
    this.state = frozen(result.state);
    for (const effect of result.then) this.#perform(effect);
    return result;
  }

  #perform(effect: Effect): void {
    this.effects.push(effect);
    if (effect.kind === 'send') this.calls = [...this.calls, frozen(effect.call)];
    if (effect.kind === 'timer') this.timers.set(effect.name, effect.delayMs);
  }

  reading(): Reading {
    return { wallMs: this.wallMs, monoMs: this.monoMs, boot: this.boot };
  }

  /** Time passes on both clocks; no timer goes off by itself. */
  pass(ms: number): this {
    this.wallMs += ms;
    this.monoMs += ms;
    return this;
  }

  /** The process starts and takes the lease, when it is free. */
  begin(): this {
    const { automatic, exclusive, holder } = this.#setup;
    this.on({ kind: 'start', automatic, online: true, holder, exclusive, gone: null });
    return this;
  }

  /** The process ends without a word; another one starts on the same store. */
  restart(): this {
    this.calls = [];
    this.timers.clear();
    this.state = frozen(initialState(`${this.#setup.seed}, after life ${this.meta('lease').life}`));
    return this.begin();
  }

  edit(...edits: readonly Edit[]): WriteOutcome {
    this.pass(10);
    return present(this.on({ kind: 'edit', edits, grouped: edits.length > 1 }).outcome, 'an edit has an outcome');
  }

  create(entityType: string, entityId: string, data: JsonObject): WriteOutcome {
    return this.edit({ action: 'create', entityType, entityId, data });
  }

  update(entityType: string, entityId: string, set: JsonObject): WriteOutcome {
    return this.edit({ action: 'update', entityType, entityId, set });
  }

  add(entityType: string, entityId: string, add: Readonly<Record<string, number>>): WriteOutcome {
    return this.edit({ action: 'update', entityType, entityId, add });
  }

  delete(entityType: string, entityId: string): WriteOutcome {
    return this.edit({ action: 'delete', entityType, entityId });
  }

  decide(decision: Decision): WriteOutcome {
    return present(this.on({ kind: 'decide', decision }).outcome, 'a decision has an outcome');
  }

  request(run: RunKind = 'push', requestId = 'asked'): StepResult {
    return this.on({ kind: 'request', requestId, run, types: null });
  }

  timer(name: TimerName): StepResult {
    this.timers.delete(name);
    return this.on({ kind: 'timer', life: this.state.life, name });
  }

  /** The backoff passes and its timer goes off. */
  afterBackoff(): this {
    this.pass(present(this.timers.get('backoff'), 'the device backs off'));
    this.timer('backoff');
    return this;
  }

  /** The changes of the oldest call on the wire. */
  get oldestChanges(): readonly Change[] {
    const call = present(this.calls[0], 'there is a call');
    return (call.body as { readonly changes: readonly Change[] }).changes;
  }

  /** The only call on the wire. */
  get call(): Call {
    expect(this.calls.map(({ name }) => name)).toHaveLength(1);
    return this.calls[0] as Call;
  }

  /** The changes of the only call on the wire, a push. */
  get pushed(): readonly Change[] {
    expect(this.call.name).toBe('push');
    return (this.call.body as { readonly changes: readonly Change[] }).changes;
  }

  /** The decisions of the only call on the wire, a resolve. */
  get resolved(): readonly Resolution[] {
    expect(this.call.name).toBe('resolve');
    return (this.call.body as { readonly resolutions: readonly Resolution[] }).resolutions;
  }

  /** What the only call on the wire, a pull, asks. */
  get pulled(): PullRequest {
    expect(this.call.name).toBe('pull');
    return this.call.body as PullRequest;
  }

  /** A call ends; the oldest one unless told. */
  end(outcome: CallOutcome, call: Call = present(this.calls[0], 'there is a call')): StepResult {
    this.calls = this.calls.filter((other) => other !== call);
    return this.on({ kind: 'outcome', life: this.state.life, callId: call.id, outcome });
  }

  /** The server answers 200 to a pull. */
  answerPull(answer: Partial<JsonObject> = {}): StepResult {
    expect(this.calls[0]?.name).toBe('pull');
    const body = {
      epoch: 'epoch-1',
      cursor: 'c1',
      hasMore: false,
      serverTime: this.wallMs,
      changes: [],
      settled: [],
      ...answer,
    };
    return this.end({ kind: 'answer', body: frozen(body), bytes: 1 });
  }

  /** The server answers 200 to a push or a resolve. */
  answerPush(results: readonly JsonObject[], answer: Partial<JsonObject> = {}): StepResult {
    const body = { epoch: 'epoch-1', serverTime: this.wallMs, results, ...answer };
    return this.end({ kind: 'answer', body: frozen(body), bytes: 1 });
  }

  /** The server refuses the oldest call as a whole. */
  refuse(status: number, code: string, more: { readonly retryAfterMs?: number; readonly problem?: JsonObject } = {}) {
    const { retryAfterMs = null, problem = {} } = more;
    return this.end({ kind: 'problem', status, problem: { code, ...problem }, retryAfterMs });
  }

  /** The line fails under the oldest call. */
  lose(reason: 'unreachable' | 'timeout' | 'reset' | 'malformed' | 'aborted' = 'reset'): StepResult {
    return this.end({ kind: 'failure', reason, detail: 'as the test says' });
  }

  get status() {
    return this.storage.read((rows) => statusOf(this.#turn(rows), rows));
  }

  /** Why an item has not left the queue: the code. */
  why(id: string): string | undefined {
    return this.storage.read((rows) => whyItem(this.#turn(rows), brandId<ChangeId>(id)))?.code;
  }

  /** The same, as a sentence. */
  reason(id: string): string {
    return this.storage.read((rows) => whyItem(this.#turn(rows), brandId<ChangeId>(id)))?.because ?? '';
  }

  get whyDevice(): string | undefined {
    return this.storage.read((rows) => whyDevice(this.#turn(rows)))?.code;
  }

  #turn(rows: ConstructorParameters<typeof Turn>[0]['rows']): Turn {
    return new Turn({
      setting: { registry: this.registry, limits: this.limits },
      state: this.state,
      at: this.reading(),
      rows,
    });
  }

  /** Rows that the server has, and that this device pulled. */
  withRows(...rows: readonly JsonObject[]): this {
    this.request('pull');
    this.answerPull({ changes: rows });
    return this;
  }
}
