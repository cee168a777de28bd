import type { Event, TimerName } from '../core/sync/event.ts';
import type { Effect, Notice, StepResult, SyncOutcome } from '../core/sync/output.ts';
import { initialState, type State } from '../core/sync/state.ts';
import { step } from '../core/sync/step.ts';
import type { Setting } from '../core/sync/turn.ts';
import { unreachable } from '../lib/assert.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Observer } from '../ports/observer.ts';
import { type Awaitable, type Storage, StorageError } from '../ports/storage.ts';
import type { Call, Transport } from '../ports/transport.ts';
import { type Given, type Input, RefusedEvents } from './refused-events.ts';

/** What a driver connects. */
export interface DriverParts {
  readonly setting: Setting;
  readonly storage: Storage;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly observer: Observer;
  readonly seed: string;
  readonly onReload: () => void;
  /** Told of every event once its commit is durable and its effects are performed. */
  readonly onStepped?: (event: Event, result: StepResult) => void;
}

/**
 * Runs the core: one event at a time it makes the step's commit durable and only then performs its effects. On a
 * synchronous store an event is done when `dispatch` returns.
 */
export class Driver {
  readonly #parts: DriverParts;
  #state: State;
  #stopped = false;
  /** The event under way on an asynchronous store; later events queue behind it. */
  #tail: Promise<unknown> | null = null;
  readonly #refused: RefusedEvents;
  readonly #timers = new Map<TimerName, Timer>();
  readonly #calls = new Map<string, { abort(): void }>();
  readonly #replies = new Map<string, (outcome: SyncOutcome) => void>();
  readonly #listeners = new Set<(notice: Notice) => void>();

  constructor(parts: DriverParts) {
    this.#parts = parts;
    this.#state = initialState(parts.seed);
    this.#refused = new RefusedEvents({
      clock: parts.clock,
      run: (input, more) => this.#run(input, more),
      inTurn: (work) => this.#inTurn(work),
      onRefused: (error) => this.#refuseAll(error.message),
    });
  }

  get state(): State {
    return this.#state;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  listen(listener: (notice: Notice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the run that the request id names has ended. */
  onReply(requestId: string, done: (outcome: SyncOutcome) => void): void {
    this.#replies.set(requestId, done);
  }

  /**
   * Runs one event, behind those that the store refused before. What a person does comes before them: it was done upon what is
   * shown. The store's failure passes through; the state is then as if the event had not happened.
   */
  dispatch(input: Input): Awaitable<StepResult> {
    return this.#inTurn(() => {
      if (this.#refused.isOwing && (input.kind === 'edit' || input.kind === 'decide')) return this.#runFirst(input);
      const caughtUp = input.kind === 'stop' ? undefined : this.#refused.catchUp();
      return caughtUp instanceof Promise ? caughtUp.then(() => this.#run(input)) : this.#run(input);
    });
  }

  /**
   * Runs an event that nobody waits for. When the store fails, it is tried again until the driver stops, before any later
   * event, and those who asked for a run are told at once; they may ask again.
   */
  emit(given: Given): void {
    if (this.#stopped) return;
    const input = typeof given === 'function' ? given() : given;
    const failed = (error: unknown): void => {
      this.#refused.refused(error);
      if (input.kind !== 'request') this.#refused.owe(input, given);
    };
    try {
      const result = this.dispatch(input);
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Ends the life: nothing is sent, told or written afterwards. */
  stop(): Awaitable<void> {
    const end = (): void => {
      this.#stopped = true;
      this.#refused.stop();
      for (const timer of this.#timers.values()) timer.cancel();
      for (const call of this.#calls.values()) call.abort();
      this.#refuseAll('The device was stopped.');
    };
    try {
      const released = this.dispatch({ kind: 'stop' });
      return released instanceof Promise ? released.then(end, end) : end();
    } catch (error) {
      // A store that takes no more commits must not keep the process alive; the lease runs out by itself.
      end();
      if (!(error instanceof StorageError)) throw error;
    }
  }

  /** Runs an event before those that the store refused: they follow soon, and what may be sent is sent after them. */
  #runFirst(input: Input): Awaitable<StepResult> {
    const followed = (result: StepResult): StepResult => {
      this.#refused.followSoon();
      return result;
    };
    const result = this.#run(input, true);
    return result instanceof Promise ? result.then(followed) : followed(result);
  }

  /** Runs work behind the event under way, if the store makes one wait. */
  #inTurn<T>(work: () => Awaitable<T>): Awaitable<T> {
    if (this.#tail !== null) return this.#behind(work);
    const result = work();
    return result instanceof Promise ? this.#behind(() => result) : result;
  }

  #behind<T>(work: () => Awaitable<T>): Promise<T> {
    const before = this.#tail ?? Promise.resolve();
    const next = before.then(work, work);
    const settle = (): void => {
      if (this.#tail === next) this.#tail = null;
    };
    this.#tail = next;
    next.then(settle, settle);
    return next;
  }

  #run(input: Input, more?: true): Awaitable<StepResult> {
    const event = { ...input, ...(more && { more }), at: this.#parts.clock.read() } as Event;
    const stepped = this.#parts.storage.transact((rows) => {
      const result = step(this.#parts.setting, this.#state, event, rows);
      return { commit: result.commit, value: result };
    });
    return stepped instanceof Promise
      ? stepped.then((result) => this.#settled(event, result))
      : this.#settled(event, stepped);
  }

  #settled(event: Event, result: StepResult): StepResult {
    const { observer } = this.#parts;
    if (result.state.life !== this.#state.life) observer({ kind: 'life', life: result.state.life });
    this.#state = result.state;
    observer({
      kind: 'event',
      name: event.kind,
      detail: 'name' in event ? event.name : 'callId' in event ? event.callId : '',
    });
    if (result.commit.length > 0) observer({ kind: 'commit', writes: result.commit });
    for (const effect of result.then) this.#perform(effect);
    this.#parts.onStepped?.(event, result);
    return result;
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        this.#send(effect.call);
        return;
      case 'abort':
        this.#calls.get(effect.callId)?.abort();
        return;
      case 'timer':
        this.#setTimer(effect.name, effect.delayMs);
        return;
      case 'reply':
        this.#replies.get(effect.requestId)?.(effect.outcome);
        this.#replies.delete(effect.requestId);
        return;
      case 'notice':
        this.#parts.observer({ kind: 'notice', notice: effect.notice });
        for (const listener of this.#listeners) listener(effect.notice);
        return;
      case 'reload':
        this.#parts.onReload();
        return;
      default:
        unreachable(effect);
    }
  }

  /** Tells everybody who waits for a run that it failed. */
  #refuseAll(reason: string): void {
    const asked = [...this.#replies.values()];
    this.#replies.clear();
    for (const done of asked) done({ ok: false, reason, phase: 'idle' });
  }

  #send(call: Call): void {
    const { life } = this.#state;
    const { observer } = this.#parts;
    observer({ kind: 'sent', call });
    const handle = this.#parts.transport.send(call, (outcome) => {
      this.#calls.delete(call.id);
      if (this.#stopped || life !== this.#state.life) {
        observer({ kind: 'dropped', callId: call.id, reason: 'earlier life' });
        return;
      }
      observer({ kind: 'answered', callId: call.id, name: call.name, outcome });
      this.emit({ kind: 'outcome', life, callId: call.id, outcome });
    });
    this.#calls.set(call.id, handle);
  }

  #setTimer(name: TimerName, delayMs: number): void {
    this.#timers.get(name)?.cancel();
    const { life } = this.#state;
    const timer = this.#parts.clock.after(delayMs, () => {
      this.#timers.delete(name);
      this.emit({ kind: 'timer', life, name });
    });
    this.#timers.set(name, timer);
  }
}
