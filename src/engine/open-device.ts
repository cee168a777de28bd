import { brandId, type ChangeId } from '../core/ids.ts';
import { defaultLimits, type Limits } from '../core/limits.ts';
import type { Choice } from '../core/merge/conflict.ts';
import type { Registry } from '../core/model/registry.ts';
import { digestOf } from '../core/sync/digest.ts';
import type { Decision, Edit, RunKind } from '../core/sync/event.ts';
import { knownId, withKnownReferences } from '../core/sync/known-id.ts';
import type { StepResult, SyncOutcome, WriteOutcome } from '../core/sync/output.ts';
import { queuePage } from '../core/sync/queue-page.ts';
import { type Rows, readMeta } from '../core/sync/rows.ts';
import type { VisibleRow } from '../core/sync/status.ts';
import { statusOf } from '../core/sync/status-of.ts';
import { type Setting, Turn } from '../core/sync/turn.ts';
import { visibleRow } from '../core/sync/visible.ts';
import { whyDevice, whyItem } from '../core/sync/why.ts';
import { present } from '../lib/assert.ts';
import { sameJson } from '../lib/json.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Connectivity } from '../ports/connectivity.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { Observer } from '../ports/observer.ts';
import type { Random } from '../ports/random.ts';
import { type Awaitable, type Storage, StorageError } from '../ports/storage.ts';
import type { Transport } from '../ports/transport.ts';
import type { Device, Query } from './device.ts';
import { Driver } from './driver.ts';
import { LiveWatch } from './live-watch.ts';

/** What a device is put together from. */
export interface DeviceParts {
  readonly storage: Storage;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly connectivity: Connectivity;
  readonly registry: Registry;
  readonly limits?: Limits;
  readonly observer?: Observer;
  /** Names this process in the lease. */
  readonly holder: string;
  /** Whether it syncs on its own once started; otherwise only when asked. */
  readonly automatic: boolean;
  /** Whether no other process can open the store: no heartbeat, no watching for foreign writes. Default false. */
  readonly exclusive?: boolean;
  /** Whether the process that a lease names is known to be gone. Default: not known. */
  readonly isGone?: (holder: string) => boolean;
  /** Where it is told of changes at once while it syncs on its own. Default: nowhere, it polls. */
  readonly live?: LiveFeed;
}

/** How often the holder looks for writes of other processes, ms: a foreign edit is sent within a second. */
const foreignWatchMs = 500;

/** Opens the device that a store holds. Throws StorageError `foreign` for a store without one. */
export function openDevice(parts: DeviceParts): Awaitable<Device> {
  const found = parts.storage.read((rows) => readMeta(rows, 'device') !== undefined);
  const open = (holds: boolean): Device => {
    if (!holds) throw new StorageError('foreign', 'There is no device in this store.', 'Make one with init first.');
    return new OpenDevice(parts);
  };
  return found instanceof Promise ? found.then(open) : open(found);
}

/** A device over its driver: the public API as events and reads. */
class OpenDevice implements Device {
  readonly #parts: DeviceParts;
  readonly #setting: Setting;
  readonly #driver: Driver;
  #started = false;
  #requests = 0;
  #watch: Timer | null = null;
  #unlisten: (() => void) | null = null;
  readonly #live: LiveWatch | null;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.#setting = { registry: parts.registry, limits: parts.limits ?? defaultLimits };
    this.#driver = new Driver({
      setting: this.#setting,
      storage: parts.storage,
      transport: parts.transport,
      clock: parts.clock,
      observer: parts.observer ?? (() => undefined),
      seed: parts.random.seed(),
      onReload: () => this.#begin(),
      onStepped: (event, result) => this.#live?.stepped(event, result),
    });
    this.#live = parts.live === undefined ? null : this.#liveOver(parts.live);
  }

  write(edit: Edit): Awaitable<WriteOutcome> {
    return this.#edit([edit], false);
  }

  writeGroup(edits: readonly Edit[]): Awaitable<WriteOutcome> {
    return this.#edit(edits, true);
  }

  resolveConflict(changeId: string, choice: Choice): Awaitable<WriteOutcome> {
    return this.#decide({ kind: 'choose', changeId: brandId<ChangeId>(changeId), choice });
  }

  undo(changeId: string): Awaitable<WriteOutcome> {
    return this.#decide({ kind: 'undo', changeId: brandId<ChangeId>(changeId) });
  }

  retry(changeId: string): Awaitable<WriteOutcome> {
    return this.#decide({ kind: 'retry', changeId: brandId<ChangeId>(changeId) });
  }

  drop(changeId: string): Awaitable<WriteOutcome> {
    return this.#decide({ kind: 'drop', changeId: brandId<ChangeId>(changeId) });
  }

  repair(): Awaitable<WriteOutcome> {
    return this.#decide({ kind: 'repair' });
  }

  syncAll(): Promise<SyncOutcome> {
    return this.#request('all', null);
  }

  syncEntity(entityType: string): Promise<SyncOutcome> {
    return this.#request('type', [entityType]);
  }

  syncPendingChanges(): Promise<SyncOutcome> {
    return this.#request('push', null);
  }

  pull(): Promise<SyncOutcome> {
    return this.#request('pull', null);
  }

  get(entityType: string, entityId: string): Awaitable<VisibleRow | null> {
    return this.#read((rows) => {
      const type = this.#parts.registry.types.get(entityType);
      const id = knownId(rows, { entityType, entityId });
      const record = type === undefined ? undefined : rows.get('records', [entityType, id]);
      return type === undefined || record === undefined ? null : visibleRow(rows, type, record);
    });
  }

  query({ entityType, where = {}, limit }: Query): Awaitable<readonly VisibleRow[]> {
    return this.#read((rows) => {
      const type = this.#parts.registry.types.get(entityType);
      if (type === undefined) return [];
      const wish = Object.entries(withKnownReferences(rows, type, where));
      const found = rows.scan('records', { prefix: [entityType] }).flatMap((record) => {
        const row = visibleRow(rows, type, record);
        const wanted = row !== null && wish.every(([name, value]) => sameJson(row.data[name], value));
        return wanted ? [row] : [];
      });
      return limit === undefined ? found : found.slice(0, limit);
    });
  }

  why(changeId: string | null) {
    return this.#read((rows) => {
      const turn = this.#turn(rows);
      return changeId === null ? whyDevice(turn) : whyItem(turn, brandId<ChangeId>(changeId));
    });
  }

  status() {
    return this.#read((rows) => statusOf(this.#turn(rows), rows));
  }

  queue(options: { readonly limit?: number; readonly after?: number } = {}) {
    const { limit, after } = options;
    return this.#read((rows) => queuePage(rows, { limit, after: after === undefined ? undefined : { place: after } }));
  }

  conflicts() {
    return this.#read((rows) => rows.scan('conflicts'));
  }

  aside() {
    return this.#read((rows) => rows.scan('aside'));
  }

  log(options: { readonly limit?: number } = {}) {
    const newest = options.limit === undefined ? {} : { limit: options.limit };
    return this.#read((rows) => rows.scan('log', { reverse: true, ...newest }).toReversed());
  }

  digest(entityTypes?: readonly string[]) {
    return this.#read((rows) => digestOf(rows, this.#parts.registry, entityTypes ?? null));
  }

  setOffline(offline: boolean): Awaitable<void> {
    const done = this.#driver.dispatch({ kind: 'switch', offline });
    return done instanceof Promise ? done.then(() => undefined) : undefined;
  }

  foreground(): void {
    this.#driver.emit({ kind: 'foreground' });
  }

  signedIn(): void {
    this.#driver.emit({ kind: 'signed-in', userId: null });
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    const { connectivity } = this.#parts;
    this.#unlisten = connectivity.listen(() =>
      this.#driver.emit(() => ({ kind: 'online', online: connectivity.isOnline() })),
    );
    this.#begin();
    if (this.#parts.automatic && this.#parts.exclusive !== true)
      this.#watchForeign(this.#parts.storage.foreignChanges());
  }

  listen(listener: Parameters<Device['listen']>[0]): () => void {
    return this.#driver.listen(listener);
  }

  stop(): Awaitable<void> {
    this.#watch?.cancel();
    this.#unlisten?.();
    this.#live?.stop();
    return this.#driver.stop();
  }

  #liveOver(line: LiveFeed): LiveWatch {
    const { clock, random } = this.#parts;
    return new LiveWatch({
      line,
      clock,
      limits: this.#setting.limits,
      seed: random.seed(),
      read: (work) => this.#read((rows) => work(this.#turn(rows))),
      state: () => this.#driver.state,
      onNews: () => this.#driver.emit({ kind: 'hint' }),
    });
  }

  #begin(): void {
    const { automatic, holder, connectivity, exclusive = false } = this.#parts;
    const gone = this.#goneHolder();
    const start = (name: string | null): void => {
      const online = (): boolean => connectivity.isOnline();
      this.#driver.emit(() => ({ kind: 'start', automatic, holder, exclusive, online: online(), gone: name }));
    };
    if (gone instanceof Promise) void gone.then(start);
    else start(gone);
  }

  /** The holder of a lease that is left over from a process that is gone. */
  #goneHolder(): Awaitable<string | null> {
    return this.#read((rows) => {
      const lease = present(readMeta(rows, 'lease'), 'a device has a lease');
      return lease.held && this.#parts.isGone?.(lease.holder) === true ? lease.holder : null;
    });
  }

  #watchForeign(seen: number): void {
    this.#watch = this.#parts.clock.after(foreignWatchMs, () => {
      const now = this.#parts.storage.foreignChanges();
      if (now !== seen) this.#driver.emit({ kind: 'foreign-change' });
      this.#watchForeign(now);
    });
  }

  #edit(edits: readonly Edit[], grouped: boolean): Awaitable<WriteOutcome> {
    return this.#outcome(() => this.#driver.dispatch({ kind: 'edit', edits, grouped }));
  }

  #decide(decision: Decision): Awaitable<WriteOutcome> {
    return this.#outcome(() => this.#driver.dispatch({ kind: 'decide', decision }));
  }

  #outcome(run: () => Awaitable<StepResult>): Awaitable<WriteOutcome> {
    const outcomeOf = (result: StepResult): WriteOutcome => present(result.outcome, 'a local write has an outcome');
    const result = run();
    return result instanceof Promise ? result.then(outcomeOf) : outcomeOf(result);
  }

  #request(run: RunKind, types: readonly string[] | null): Promise<SyncOutcome> {
    this.start();
    this.#requests += 1;
    const requestId = `request ${this.#requests}`;
    return new Promise((resolve) => {
      this.#driver.onReply(requestId, resolve);
      this.#driver.emit({ kind: 'request', requestId, run, types });
    });
  }

  #read<T>(work: (rows: Rows) => T): Awaitable<T> {
    return this.#parts.storage.read(work);
  }

  #turn(rows: Rows): Turn {
    return new Turn({ setting: this.#setting, state: this.#driver.state, at: this.#parts.clock.read(), rows });
  }
}
