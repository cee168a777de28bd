import { MemoryStorage } from '../../../src/adapters/portable/storage-memory.ts';
import { brandId, type DeviceId, type UserId } from '../../../src/core/ids.ts';
import { defaultLimits } from '../../../src/core/limits.ts';
import type { Call, CallOutcome } from '../../../src/core/sync/call.ts';
import type { Edit } from '../../../src/core/sync/event.ts';
import { initDevice } from '../../../src/engine/init-device.ts';
import { present } from '../../../src/lib/assert.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { makeServeSync } from '../../../src/server/serve-sync.ts';
import { SqliteStore } from '../../../src/server/store/sqlite.ts';
import { purgeStore } from '../../../src/server/upkeep.ts';
import { policyRegistry } from '../../../src/stage/policies.ts';
import { CoreDevice, start } from './core-device.ts';
import { frozen } from './frozen.ts';
import { LawWatch } from './law-watch.ts';

const limits = { batchCount: 3, pageRows: 3 };
/** The types whose rows are edited. */
export const kinds = [
  'latest',
  'ask',
  'counter',
  'set',
  'deleteWins',
  'editWins',
  'deleteAsk',
  'unit',
  'keyed',
  'child',
  'grandchild',
] as const;
const names = ['a', 'b'] as const;

/** A call of a device, as the line holds it. */
interface Letter {
  readonly device: CoreDevice;
  readonly call: Call;
  /** Null while the request is on its way. */
  outcome: CallOutcome | null;
}

/**
 * Two pure cores and the reference server, joined by a line that a test plays with. The draws decide what happens; used
 * up, they are 0. Every step of a device is watched by the laws.
 */
export class CoreFleet {
  readonly devices: readonly CoreDevice[];
  readonly watch = new LawWatch();
  readonly store = new SqliteStore({ path: ':memory:', epoch: brandId('epoch-1') });
  readonly #serve = makeServeSync({
    store: this.store,
    registry: policyRegistry,
    limits: { ...defaultLimits, ...limits },
  });
  readonly #draws: readonly number[];
  /** Few types are edited in one run, so that edits of one row meet. */
  readonly #edited: readonly (typeof kinds)[number][];
  #drawn = 0;
  #edits = 0;
  #letters: readonly Letter[] = [];

  constructor(draws: readonly number[]) {
    this.#draws = draws;
    this.#edited = [this.#pick(kinds), this.#pick(kinds), ...(this.#below(2) === 0 ? kinds : [])];
    this.devices = ['phone', 'tablet'].map((name) => {
      const storage = new MemoryStorage({ freeze: true });
      const about = { deviceId: brandId<DeviceId>(name), userId: brandId<UserId>('ana'), registry: policyRegistry };
      void initDevice(storage, { ...about, wallMs: start });
      return new CoreDevice({ storage, limits, automatic: true, seed: name, holder: name });
    });
    for (const device of this.devices) this.#step(device, () => device.begin());
  }

  /** Whether draws are left. */
  get goesOn(): boolean {
    return this.#drawn < this.#draws.length;
  }

  #below(bound: number): number {
    const draw = this.#draws[this.#drawn] ?? 0;
    this.#drawn += 1;
    return draw % bound;
  }

  #pick<T>(items: readonly T[]): T {
    return present(items[this.#below(items.length)], 'there is something to pick');
  }

  /** One event somewhere. */
  act(): void {
    const device = this.#pick(this.devices);
    const roll = this.#below(24);
    if (roll < 8) this.#edit(device);
    else if (roll < 14) this.#carry();
    else if (roll < 16) this.#ring(device);
    else if (roll === 16) this.#lose();
    else if (roll === 17) this.#decide(device);
    else if (roll === 18) this.#restart(device);
    else if (roll === 19) this.#switch(device, !device.meta('device').offline);
    else if (roll === 20) this.#step(device, () => device.decide({ kind: 'repair' }));
    else if (roll === 21) purgeStore(this.store, device.wallMs + 1, { tombstoneMs: 0 });
    else if (roll === 22) this.#step(device, () => device.on({ kind: 'foreground' }));
    else this.#step(device, () => device.request('all', `request ${this.#drawn}`));
  }

  /** The line is whole, and people settle what is theirs to settle, until nothing is left to do. */
  settle(): void {
    for (const device of this.devices) this.#switch(device, false);
    // Synced speaks of what a device knows: only a further pull of each brings what the other sent last.
    for (let round = 0, quiet = 0; round < 200 && quiet < 3; round += 1) {
      while (this.#letters.length > 0) this.#carry();
      for (const device of this.devices) this.#tidy(device);
      const still = this.#letters.length === 0 && this.devices.every(({ status }) => status.synced);
      quiet = still ? quiet + 1 : 0;
      this.#pass(60_000);
      for (const device of this.devices)
        for (const name of [...device.timers.keys()]) this.#step(device, () => device.timer(name));
    }
    while (this.#letters.length > 0) this.#carry();
  }

  #step(device: CoreDevice, act: () => unknown, letter?: Letter): void {
    this.watch.before(device);
    act();
    const answered = letter?.outcome?.kind === 'answer' ? (letter.outcome.body as JsonObject) : null;
    this.watch.after(device, answered);
    for (const call of device.calls.filter((each) => !this.#letters.some((other) => other.call === each)))
      this.#letters = [...this.#letters, { device, call, outcome: null }];
  }

  #pass(ms: number): void {
    for (const device of this.devices) device.pass(ms);
  }

  #edit(device: CoreDevice): void {
    const edits = this.#below(10) === 0 ? [this.#anEdit(device), this.#anEdit(device)] : [this.#anEdit(device)];
    this.#step(device, () => device.edit(...edits));
  }

  #anEdit(device: CoreDevice): Edit {
    const entityType = this.#pick(this.#edited);
    const entityId = `${this.#pick(names)}${entityType === 'keyed' ? device.meta('lease').holder : ''}`;
    const counts = entityType === 'counter';
    this.#edits += 1;
    if (device.shown(entityType, entityId) === null) {
      const data = { ...this.#values(entityType), ...(entityType === 'keyed' ? { key: this.#pick(names) } : {}) };
      return { action: 'create', entityType, entityId, data };
    }
    const roll = this.#below(6);
    if (roll === 0) return { action: 'delete', entityType, entityId };
    if (counts && roll < 4) return { action: 'update', entityType, entityId, add: { value: 1 } };
    return {
      action: 'update',
      entityType,
      entityId,
      set: counts ? { other: `o${this.#edits}` } : this.#values(entityType),
    };
  }

  #values(entityType: string): JsonObject {
    const token = `v${this.#edits}`;
    if (entityType === 'counter') return { other: token };
    if (entityType === 'unit') return { from: token, to: token, length: this.#edits };
    if (entityType === 'grandchild') return { parentId: this.#pick(names), value: token };
    if (entityType === 'child')
      return { parentId: `${this.#pick(names)}${this.#pick(['phone', 'tablet'])}`, value: token };
    return { value: entityType === 'set' ? [token] : token };
  }

  /** A request reaches the server, now and then twice; or its answer reaches the device. */
  #carry(): void {
    if (this.#letters.length === 0) return;
    const letter = this.#pick(this.#letters);
    if (letter.outcome !== null) {
      this.#end(letter, letter.outcome);
      return;
    }
    letter.outcome = this.#arrive(letter);
    if (this.#below(6) === 5) this.#arrive(letter);
  }

  #arrive({ device, call }: Letter): CallOutcome {
    const { status, body } = this.#serve(
      {
        name: call.name,
        user: brandId<UserId>('ana'),
        body: JSON.parse(JSON.stringify(call.body)),
        deviceId: call.deviceId,
        protocolVersion: 1,
        schemaVersion: policyRegistry.schemaVersion,
        appVersion: null,
      },
      device.wallMs,
    );
    if (status === 200) return { kind: 'answer', body: frozen(JSON.parse(body)), bytes: body.length };
    return { kind: 'problem', status, problem: JSON.parse(body), retryAfterMs: null };
  }

  #end(letter: Letter, outcome: CallOutcome): void {
    this.#letters = this.#letters.filter((other) => other !== letter);
    const { device, call } = letter;
    if (device.calls.includes(call)) this.#step(device, () => device.end(outcome, call), { ...letter, outcome });
  }

  #lose(): void {
    if (this.#letters.length > 0)
      this.#end(this.#pick(this.#letters), { kind: 'failure', reason: 'reset', detail: 'lost' });
  }

  #ring(device: CoreDevice): void {
    const timers = [...device.timers];
    if (timers.length === 0) return;
    const [name, delayMs] = this.#pick(timers);
    this.#pass(delayMs);
    this.#step(device, () => device.timer(name));
  }

  #switch(device: CoreDevice, offline: boolean): void {
    this.#step(device, () => device.on({ kind: 'switch', offline }));
    if (!offline) return;
    for (const letter of this.#letters.filter((each) => each.device === device))
      this.#end(letter, { kind: 'failure', reason: 'aborted', detail: 'switched offline' });
  }

  #restart(device: CoreDevice): void {
    this.#letters = this.#letters.filter((letter) => letter.device !== device);
    this.#step(device, () => device.restart());
  }

  #decide(device: CoreDevice): void {
    const [conflict] = device.conflicts;
    const items = device.queue;
    if (conflict !== undefined && this.#below(2) === 0) {
      const keep = this.#pick(['mine', 'theirs'] as const);
      this.#step(device, () => device.decide({ kind: 'choose', changeId: conflict.changeId, choice: { keep } }));
    } else if (items.length > 0) {
      const kind = this.#pick(['undo', 'drop', 'retry'] as const);
      const { id } = this.#pick(items);
      this.#step(device, () => device.decide({ kind, changeId: id }));
    }
  }

  #tidy(device: CoreDevice): void {
    for (const { changeId } of device.conflicts)
      this.#step(device, () => device.decide({ kind: 'choose', changeId, choice: { keep: 'mine' } }));
    for (const { id } of device.queue.filter(({ state }) => state === 'parked'))
      this.#step(device, () => device.decide({ kind: 'drop', changeId: id }));
  }
}
