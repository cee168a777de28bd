import { MemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import { brandId, type DeviceId, type UserId } from '../../src/core/ids.ts';
import { defaultLimits, type Limits } from '../../src/core/limits.ts';
import type { Registry } from '../../src/core/model/registry.ts';
import type { Status } from '../../src/core/sync/status.ts';
import type { Device } from '../../src/engine/device.ts';
import { initDevice } from '../../src/engine/init-device.ts';
import { openDevice } from '../../src/engine/open-device.ts';
import { present } from '../../src/lib/assert.ts';
import { hash32 } from '../../src/lib/hash.ts';
import type { Call, CallOutcome } from '../../src/ports/transport.ts';
import { makeServeSync } from '../../src/server/serve-sync.ts';
import { SqliteStore } from '../../src/server/store/sqlite.ts';
import { purgeStore } from '../../src/server/upkeep.ts';

/** A request on its way to the server, or its answer on its way back. */
interface Letter {
  readonly phone: Phone;
  readonly life: number;
  readonly call: Call;
  readonly done: (outcome: CallOutcome) => void;
  /** Null while the request is on its way. */
  outcome: CallOutcome | null;
}

interface Alarm {
  readonly dueMs: number;
  readonly life: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** One device of the fleet: its store outlives its lives. */
export class Phone {
  readonly name: string;
  readonly storage = new MemoryStorage({ freeze: true });
  readonly fleet: Fleet;
  device: Device | null = null;
  lives = 0;
  online = true;
  skewMs = 0;
  alarms: Alarm[] = [];
  listener: ((online: boolean) => void) | null = null;

  constructor(fleet: Fleet, name: string) {
    this.fleet = fleet;
    this.name = name;
    void initDevice(this.storage, {
      deviceId: brandId<DeviceId>(name),
      userId: brandId<UserId>('ana'),
      registry: fleet.registry,
      wallMs: fleet.nowMs,
    });
  }

  start(): void {
    this.lives += 1;
    const life = this.lives;
    const { fleet } = this;
    this.device = openDevice({
      storage: this.storage,
      registry: fleet.registry,
      limits: fleet.limits,
      automatic: true,
      exclusive: true,
      holder: `${this.name} ${life}`,
      random: { seed: () => `${fleet.seed}/${this.name}/${life}` },
      clock: {
        read: () => ({ wallMs: fleet.nowMs + this.skewMs, monoMs: fleet.nowMs, boot: this.name }),
        after: (delayMs, callback) => {
          const alarm: Alarm = { dueMs: fleet.nowMs + delayMs, life, callback, cancelled: false };
          this.alarms.push(alarm);
          const cancel = (): void => {
            alarm.cancelled = true;
          };
          return { cancel };
        },
      },
      connectivity: {
        isOnline: () => this.online,
        listen: (callback) => {
          this.listener = callback;
          return () => undefined;
        },
      },
      transport: {
        send: (call, done) => {
          if (!this.online) fleet.violations.push(`${this.name} sent ${call.name} while offline`);
          const letter: Letter = { phone: this, life, call, done, outcome: null };
          fleet.letters.push(letter);
          return { abort: () => fleet.end(letter, { kind: 'failure', reason: 'aborted', detail: '' }) };
        },
        close: () => Promise.resolve(),
      },
    }) as Device;
    this.device.start();
  }

  kill(): void {
    this.device = null;
    this.alarms = [];
    this.listener = null;
  }
}

/** Devices of one user and the reference server, joined by letters that a test delivers, loses or repeats. */
export class Fleet {
  readonly seed: string;
  readonly registry: Registry;
  readonly limits: Limits;
  store: SqliteStore;
  readonly phones: readonly Phone[];
  readonly violations: string[] = [];
  letters: Letter[] = [];
  nowMs = 1_800_000_000_000;
  #draws = 0;
  #serve: ReturnType<typeof makeServeSync>;
  #backup: Buffer | null = null;
  #epochs = 1;

  constructor(options: {
    readonly seed: string;
    readonly registry: Registry;
    readonly phones: number;
    readonly limits?: Partial<Limits>;
  }) {
    this.seed = options.seed;
    this.registry = options.registry;
    this.limits = { ...defaultLimits, ...options.limits };
    this.store = new SqliteStore({ path: ':memory:', epoch: brandId('epoch-1') });
    this.#serve = makeServeSync({ store: this.store, registry: options.registry, limits: this.limits });
    this.phones = Array.from({ length: options.phones }, (_, at) => new Phone(this, `phone${at}`));
    for (const phone of this.phones) phone.start();
  }

  /** A whole number in [0, bound), the same for the same seed. */
  below(bound: number): number {
    this.#draws += 1;
    return Math.floor((hash32(this.seed, this.#draws) / 0x1_0000_0000) * bound);
  }

  pick<T>(items: readonly T[]): T {
    return present(items[this.below(items.length)], 'there is something to pick');
  }

  /** The server takes the request; its answer is on its way from now on. */
  arrive(letter: Letter): CallOutcome {
    const answer = this.#serve(
      {
        name: letter.call.name,
        user: brandId<UserId>('ana'),
        body: JSON.parse(JSON.stringify(letter.call.body)),
        deviceId: letter.call.deviceId,
        protocolVersion: 1,
        schemaVersion: this.registry.schemaVersion,
        appVersion: null,
      },
      this.nowMs,
    );
    if (answer.status === 200) return { kind: 'answer', body: JSON.parse(answer.body), bytes: answer.body.length };
    return { kind: 'problem', status: answer.status, problem: JSON.parse(answer.body), retryAfterMs: null };
  }

  /** The call ends for the device that made it, if that life is still there. */
  end(letter: Letter, outcome: CallOutcome): void {
    if (!this.letters.includes(letter)) return;
    this.letters = this.letters.filter((other) => other !== letter);
    if (letter.phone.device !== null && letter.phone.lives === letter.life) letter.done(outcome);
  }

  /** Time passes; alarms due by then go off, earliest first. */
  pass(byMs: number): void {
    const untilMs = this.nowMs + byMs;
    for (;;) {
      const due = this.phones
        .flatMap((phone) => phone.alarms.map((alarm) => ({ phone, alarm })))
        .filter(({ alarm }) => !alarm.cancelled && alarm.dueMs <= untilMs)
        .sort((a, b) => a.alarm.dueMs - b.alarm.dueMs)[0];
      if (due === undefined) break;
      this.nowMs = Math.max(this.nowMs, due.alarm.dueMs);
      due.phone.alarms = due.phone.alarms.filter((alarm) => alarm !== due.alarm);
      due.alarm.callback();
    }
    this.nowMs = untilMs;
  }

  /** Delivers everything and lets time pass until no request is under way and no device has anything left to do. */
  heal(): void {
    for (const phone of this.phones) {
      if (phone.device === null) phone.start();
      if (!phone.online) {
        phone.online = true;
        phone.listener?.(true);
      }
    }
    for (let round = 0; round < 400; round += 1) {
      for (let sent = 0; this.letters.length > 0; sent += 1) {
        const letter = present(this.letters[0], 'there is a letter');
        if (sent > 300)
          throw new Error(`a storm of calls, now ${letter.phone.name} ${JSON.stringify(letter.call.body)}`);
        this.deliver(letter);
      }
      if (round > 20 && this.isQuiet()) return;
      this.pass(2_000);
    }
  }

  /** The server forgets all deletions. */
  purge(): void {
    purgeStore(this.store, this.nowMs + 1, { tombstoneMs: 0 });
  }

  /** The first time the server is backed up, the next time put back to that under a new epoch. */
  backUpOrRestore(): string {
    if (this.#backup === null) {
      this.#backup = this.store.snapshot();
      return 'the server is backed up';
    }
    this.#epochs += 1;
    this.store.close();
    this.store = new SqliteStore({ path: this.#backup, epoch: brandId('unused') });
    this.store.write(() => this.store.setEpoch(brandId(`epoch-${this.#epochs}`)));
    this.#serve = makeServeSync({ store: this.store, registry: this.registry, limits: this.limits });
    this.#backup = null;
    return 'the server is put back to its backup';
  }

  deliver(letter: Letter): void {
    this.end(letter, letter.outcome ?? this.arrive(letter));
  }

  /** Whether nothing is under way and every device says that it is synced. */
  isQuiet(): boolean {
    const synced = ({ device }: Phone): boolean => device !== null && (device.status() as Status).synced;
    return this.letters.length === 0 && this.phones.every(synced);
  }
}
