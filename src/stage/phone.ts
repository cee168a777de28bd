import type { Registry } from '../core/model/registry.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Device } from '../engine/device.ts';
import { openDevice } from '../engine/open-device.ts';
import type { FaultScope } from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';
import type { Observation } from '../ports/observer.ts';
import type { Awaitable, Storage } from '../ports/storage.ts';
import { Accounts } from './accounts.ts';
import type { CrashPoint } from './crashing-storage.ts';
import type { DataCopy } from './data-copy.ts';
import type { SeenNotice, StageDevice } from './device.ts';
import type { StorageState } from './failing-storage.ts';
import { connectivityOf, type Life, newLife } from './life.ts';
import { PhoneClock } from './phone-clock.ts';
import type { LineEnd, PhoneDisk, PhoneWorld } from './phone-world.ts';
import { countsOf, SentTimes } from './request-counts.ts';
import type { DeviceSetup } from './stage.ts';
import { StoreTroubles } from './store-troubles.ts';
import { Suspension } from './suspension.ts';
import { whenReady } from './when-ready.ts';

/** One device of a story: the whole engine on the disk, the clocks and the line that its world gives it. */
export class Phone implements StageDevice {
  readonly name: string;
  readonly #world: PhoneWorld;
  readonly #accounts: Accounts;
  readonly #clock: PhoneClock;
  readonly #setup: Pick<DeviceSetup, 'sync' | 'live'>;
  #registry: Registry;
  readonly #notices: SeenNotice[] = [];
  readonly #sent = new SentTimes();
  readonly #suspension: Suspension;
  readonly #troubles = new StoreTroubles(() => this.#tell('fails a write'));
  #online: boolean;
  #life: Life | null = null;
  #lives = 0;

  constructor(setup: DeviceSetup, disk: PhoneDisk, world: PhoneWorld) {
    const { name, user, clockMs, online } = setup;
    this.name = name;
    this.#world = world;
    this.#accounts = new Accounts({ user, disk }, (other) => world.newDisk(other, this.#clock.read().wallMs));
    this.#clock = new PhoneClock(world.time, { name, startedWallMs: world.startedWallMs, offsetMs: clockMs });
    this.#suspension = new Suspension(world.time, name);
    this.#setup = setup;
    this.#registry = world.firstRegistry;
    this.#online = online;
  }

  /** Starts the app on what the disk holds; does nothing while it runs. At once where disk and engine answer at once. */
  begin(): Awaitable<void> {
    if (this.#life !== null) return;
    this.#lives += 1;
    const life = newLife(this.name, this.#lives);
    this.#life = life;
    this.#world.teller.tell('life', this.name, { change: 'started', life: life.number });
    return whenReady(this.#accounts.disk.open(), (storage) =>
      whenReady(
        openDevice(
          this.#options(
            life,
            this.#troubles.over(storage, () => this.kill()),
          ),
        ),
        (engine) => this.#run(life, engine),
      ),
    );
  }

  get user(): string {
    return this.#accounts.user;
  }

  signInAs(user: string): Awaitable<void> {
    this.kill();
    this.#tell(`is ${user}'s now`);
    return whenReady(this.#accounts.enter(user), () => this.begin());
  }

  engine(): Device | null {
    return this.#life?.engine ?? null;
  }

  lives(): number {
    return this.#lives;
  }

  isOnline(): boolean {
    return this.#online;
  }

  setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.#world.teller.tell('line', this.name, { online });
    this.#world.line.setOnline(this.name, online);
    for (const listener of [...(this.#life?.listeners ?? [])]) this.#suspension.pass(() => listener(online));
  }

  kill(): void {
    const life = this.#end();
    if (life === null) return;
    this.#accounts.disk.kill();
    this.#world.teller.tell('life', this.name, { change: 'killed', life });
  }

  /** Ends the app for good and frees its store: the story is over. */
  stop(): void {
    if (this.#end() !== null) this.#accounts.disk.shut();
  }

  cutPower(lostCommits: number): void {
    const life = this.#end();
    if (life === null) return;
    this.#accounts.disk.cutPower(lostCommits);
    this.#clock.reboot();
    this.#world.teller.tell('life', this.name, { change: 'killed', life, lostCommits });
  }

  suspend({ deep }: { readonly deep: boolean }): void {
    this.#suspension.begin();
    if (deep) this.#clock.sleep();
    this.#tell('suspends the app');
  }

  resume(delayMs: number): void {
    this.#soon(delayMs, () => this.#wake());
  }

  isSuspended(): boolean {
    return this.#suspension.isOn;
  }

  copyData(): DataCopy {
    return this.#accounts.disk.copy();
  }

  loadData(copy: DataCopy): void {
    this.kill();
    this.#accounts.disk.load(copy);
    this.#tell('has the data of a copy');
  }

  upgrade(): void {
    this.kill();
    this.#registry = this.#world.registry;
    this.#tell('has the current app');
  }

  keepBackup(copy: DataCopy): void {
    this.#accounts.keep(copy);
  }

  backup(): DataCopy | null {
    return this.#accounts.backup;
  }

  crashAt(point: CrashPoint): void {
    this.#troubles.crashAt(point);
  }

  failWrite(): void {
    this.#troubles.failWrite();
  }

  setStorage(state: StorageState): void {
    if (state === this.#troubles.state) return;
    this.#troubles.state = state;
    this.#tell(state === 'good' ? 'can write again' : `has its storage ${state}`);
  }

  restart(delayMs: number): void {
    this.#soon(delayMs, () => this.#rise());
  }

  setClock(offsetMs: number): void {
    this.#clock.set(offsetMs);
    this.#world.teller.tell('clock', this.name, { offsetMs });
  }

  drift(perDayMs: number): void {
    this.#clock.drift(perDayMs);
    this.#world.teller.tell('clock', this.name, { driftMs: perDayMs });
  }

  arm(setting: FaultSetting, scope: Omit<FaultScope, 'device'>): void {
    this.#world.line.arm(setting, { ...scope, device: this.name });
  }

  disarm(): void {
    this.#troubles.disarm();
    this.#world.line.disarm(this.name);
  }

  setRenewal(takesMs: number | null): void {
    this.#world.line.setRenewal(this.name, takesMs);
  }

  renewals(): number {
    return this.#world.line.renewals(this.name);
  }

  notices(): readonly SeenNotice[] {
    return this.#notices;
  }

  sentAt(call: CallName): readonly number[] {
    return this.#sent.of(call);
  }

  requests(): Readonly<Record<CallName, number>> {
    return countsOf((call) => this.#sent.of(call).length);
  }

  /** Ends the life without a word to anybody; gives its number, or null when there was none. */
  #end(): number | null {
    const life = this.#life;
    if (life === null) return null;
    life.isAlive = false;
    this.#suspension.drop();
    this.#clock.wake();
    this.#life = null;
    this.#world.line.forget(this.name);
    this.#world.changed();
    return life.number;
  }

  #run(life: Life, engine: Device): void {
    if (!life.isAlive) return;
    life.engine = engine;
    this.#world.changed();
    if (this.#setup.sync === 'auto') engine.start();
  }

  #tell(change: string): void {
    this.#world.teller.tell('phone', this.name, { change });
  }

  #wake(): void {
    if (!this.#suspension.isOn) return;
    this.#clock.wake();
    this.#suspension.end();
    this.#world.changed();
    this.#tell('lets the app go on');
  }

  #soon(delayMs: number, run: () => void): void {
    if (delayMs === 0) run();
    else this.#world.time.after(delayMs, this.name, run);
  }

  /** A start that fails ends the run: its error is thrown in the next event. */
  #rise(): void {
    const rising = this.begin();
    const fail = (error: unknown) => {
      throw error;
    };
    if (rising instanceof Promise) rising.catch((error) => this.#world.time.after(0, this.name, () => fail(error)));
  }

  #options(life: Life, storage: Storage): Parameters<typeof openDevice>[0] {
    const { line, random, limits, isAlone } = this.#world;
    return {
      storage,
      ...this.#suspension.lines(line, this.#endOf(life), this.#setup),
      clock: { read: () => this.#clock.read(), ...this.#suspension.timers(() => life.isAlive) },
      random,
      connectivity: connectivityOf(life, () => this.#online),
      registry: this.#registry,
      limits,
      observer: (observation) => this.#observe(life, observation),
      holder: `${this.name} life ${life.number}`,
      automatic: this.#setup.sync === 'auto',
      // Alone, it is the only process that opens its store, and an earlier life of it is over.
      exclusive: isAlone,
      isGone: () => isAlone,
    };
  }

  #endOf(life: Life): LineEnd {
    return {
      device: this.name,
      user: this.user,
      requestTimeoutMs: this.#world.limits.requestTimeoutMs,
      isAlive: () => life.isAlive,
      isOnline: () => this.#online,
      callName: life.callName,
    };
  }

  #observe(life: Life, observation: Observation): void {
    if (!life.isAlive) return;
    const { time, teller } = this.#world;
    this.#world.changed();
    if (observation.kind === 'notice') this.#notices.push({ atMs: time.nowMs, notice: observation.notice });
    if (observation.kind === 'sent') this.#sent.add(observation.call.name, time.nowMs);
    teller.observed(this.name, observation, life.callName);
  }
}
