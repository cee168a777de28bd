import type { EntityType } from '../core/model/registry.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { keyedRandom } from '../lib/keyed-random.ts';
import { policyRegistry } from '../stage/policies.ts';

/** Types a random story may be about, of the registry `policies`. */
const typeNames = [
  'latest',
  'server',
  'local',
  'max',
  'min',
  'forward',
  'set',
  'counter',
  'ask',
  'custom',
  'unit',
  'unitAsk',
  'deleteWins',
  'editWins',
  'deleteAsk',
  'keyed',
  'child',
  'single',
] as const;
const deviceNames = ['phone', 'tablet', 'laptop', 'watch', 'kiosk'] as const;
const callNames = ['push', 'pull', 'resolve', 'any'] as const;
const faults: readonly Json[] = [
  'lose-request',
  'lose-response',
  'duplicate',
  { delay: '3s' },
  { delay: '40s' },
  'reset',
  { truncate: 50 },
  { status: 500 },
  { status: 503, retryAfter: '10s' },
  { status: 500, leg: 'response' },
  { status: 401 },
  { status: 400 },
  { status: 413 },
  { status: 429, retryAfter: '5s' },
  { status: 409, code: 'in_progress' },
  { status: 410, code: 'cursor_expired' },
  { defer: '8s' },
  'captive-portal',
];
/** Additions to one counter are powers of 8: a total of 17 of them is exact in a number. */
const additionsMax = 17;

/** What one random story is made of, drawn by its seed: few kinds of things, so that they meet. */
interface Swarm {
  readonly devices: readonly string[];
  readonly twoUsers: boolean;
  readonly types: readonly EntityType[];
  readonly rowsPerType: number;
  readonly operations: number;
  /** In 100: how often a step is a disturbance, and how often a fault is armed. */
  readonly disturbances: number;
  readonly faults: number;
  readonly deletes: boolean;
  readonly groups: boolean;
  readonly purges: boolean;
  readonly clocks: boolean;
}

/** How a drawn story is bounded. */
export interface DrawOptions {
  /** Operations of all devices together; drawn from 20 to 120 unless said. */
  readonly operations?: number;
}

/** Draws a story as a scenario file would say it. The same seed always gives the same story. */
export function drawStory(seed: string, options: DrawOptions = {}): JsonObject {
  return new StoryDraw(seed, options).draw();
}

class StoryDraw {
  readonly #seed: string;
  readonly #random: ReturnType<typeof keyedRandom>;
  readonly #counters = new Map<string, number>();
  readonly #additions = new Map<string, number>();
  readonly #swarm: Swarm;
  #tokens = 0;

  constructor(seed: string, options: DrawOptions) {
    this.#seed = seed;
    this.#random = keyedRandom(`story/${seed}`);
    this.#swarm = this.#drawSwarm(options);
  }

  draw(): JsonObject {
    const { devices, operations } = this.#swarm;
    const steps: Json[] = [];
    while (steps.length < operations) steps.push(this.#step());
    const marks = devices.map((name) => ({
      [name]: { put: `latest/${name}-was-here`, set: { value: `${name} at the end` } },
    }));
    return {
      scenario: `random story ${this.#seed}`,
      registry: 'policies',
      devices: Object.fromEntries(devices.map((name, at) => [name, this.#device(name, at)])),
      server: { limits: { pageRows: this.#pick('pageRows', [1, 2, 7, 500]) } },
      steps: [...steps, { settle: true }, ...marks, { settle: true }],
      expect: [{ all: { invariants: true } }],
    };
  }

  #drawSwarm({ operations }: DrawOptions): Swarm {
    const registry = policyRegistry.types;
    const devices = deviceNames.slice(0, 1 + this.#below('devices', 4));
    const count = 2 + this.#below('types', 4);
    const names = new Set(Array.from({ length: count }, () => this.#pick('type', typeNames)));
    return {
      devices,
      twoUsers: devices.length > 2 && this.#below('users', 5) === 0,
      types: [...names].flatMap((name) => registry.get(name) ?? []),
      rowsPerType: 1 + this.#below('rows', 3),
      operations: operations ?? 20 + this.#below('operations', 100),
      disturbances: this.#pick('disturbances', [0, 8, 20, 35]),
      faults: this.#pick('faults', [0, 5, 15, 35]),
      deletes: this.#below('deletes', 2) === 0,
      groups: this.#below('groups', 3) === 0,
      purges: this.#below('purges', 4) === 0,
      clocks: this.#below('clocks', 3) === 0,
    };
  }

  #device(name: string, at: number): JsonObject {
    const clock = this.#swarm.clocks ? { clock: this.#pick('clock', ['0s', '+3h', '-2d', '+400d', '-1s']) } : {};
    const limits = { batchCount: this.#pick(`batch/${name}`, [1, 2, 3, 100]), poll: this.#pick('poll', ['30s', '5m']) };
    return { user: this.#swarm.twoUsers && at === 1 ? 'ben' : 'ana', ...clock, limits };
  }

  #step(): JsonObject {
    const { disturbances, faults: faultShare } = this.#swarm;
    const device = this.#pick('actor', this.#swarm.devices);
    const roll = this.#below('kind', 100);
    if (roll < faultShare)
      return { [device]: { next: { [this.#pick('call', callNames)]: this.#pick('fault', faults) } } };
    if (roll < faultShare + disturbances) return this.#disturbance(device);
    if (this.#below('pause', 4) === 0)
      return { clock: { advance: this.#pick('time', ['20ms', '300ms', '2s', '20s', '6m']) } };
    return this.#edits(device);
  }

  #disturbance(device: string): JsonObject {
    const { purges, clocks } = this.#swarm;
    const roll = this.#below('disturbance', 12);
    if (roll < 3) return { [device]: 'offline' };
    if (roll < 6) return { [device]: 'online' };
    if (roll < 8) return { [device]: { kill: true, restart: this.#pick('restart', ['1s', '2m']) } };
    if (roll === 8) return { network: { partition: device } };
    if (roll === 9) return { network: 'heal' };
    if (roll === 10 && purges) return this.#below('purge', 3) === 0 ? { server: 'raise-epoch' } : { server: 'purge' };
    if (roll === 11 && clocks) return { [device]: { clock: this.#pick('clock', ['0s', '+3h', '-2d', '+10s']) } };
    return { server: { stop: true, start: this.#pick('stop', ['1s', '1m']) } };
  }

  #edits(device: string): JsonObject {
    const { groups, deletes } = this.#swarm;
    const type = this.#pick('edited', this.#swarm.types);
    const row = `${type.name}/${this.#rowId(type, device)}`;
    if (deletes && this.#below('delete', 8) === 0) return { [device]: { delete: row, refused: 'allowed' } };
    if (groups && this.#below('group', 6) === 0) {
      return { [device]: { group: [this.#creation(device), this.#creation(device)], refused: 'allowed' } };
    }
    return { [device]: { put: row, ...this.#changes(type, device, row) } };
  }

  /** A row that nobody else makes, for members of groups: a group is taken whole or not at all. */
  #creation(device: string): JsonObject {
    this.#tokens += 1;
    return { create: `latest/${device}-${this.#tokens}`, set: { value: this.#token(device) } };
  }

  #rowId(type: EntityType, device: string): string {
    if (type.singleton !== null) return type.singleton;
    const id = `r${this.#below(`row/${type.name}`, this.#swarm.rowsPerType)}`;
    // Rows with a natural key are made by each device under its own id, so that their keys meet.
    return type.naturalKey.length > 0 ? `${id}-${device}` : id;
  }

  #changes(type: EntityType, device: string, row: string): JsonObject {
    const fields = Object.entries(type.fields).filter(([, { owner }]) => owner === 'user');
    const counter = fields.find(([, { merge }]) => merge === 'counter')?.[0];
    if (counter !== undefined && (type.name === 'counter' || this.#below('adds', 2) === 0)) {
      const nth = this.#additions.get(`${row} ${counter}`) ?? 0;
      if (nth < additionsMax) {
        this.#additions.set(`${row} ${counter}`, nth + 1);
        return { increment: { [counter]: 8 ** nth } };
      }
    }
    const settable = fields.map(([name]) => name).filter((name) => name !== counter && !fixed.has(name));
    const first = this.#pick(`field/${type.name}`, settable);
    const second = this.#pick(`field/${type.name}`, settable);
    const names = [...new Set([first, second])];
    const unit = Object.values(type.units).find(({ fields: united }) => names.some((name) => united.includes(name)));
    const whole = [...new Set([...names, ...(unit?.fields ?? [])])];
    return { ...this.#values(type, whole, device, row) };
  }

  #values(type: EntityType, names: readonly string[], device: string, row: string): JsonObject {
    const sets = names.filter((name) => type.fields[name]?.merge === 'set');
    const others = names.filter((name) => !sets.includes(name));
    const fixedPart: JsonObject = {
      ...(type.naturalKey.length > 0 ? { key: row.slice(row.indexOf('/') + 1, row.indexOf('-')) } : {}),
      ...(type.name === 'child' ? { parentId: `r0-${device}` } : {}),
    };
    const set = { ...fixedPart, ...Object.fromEntries(others.map((name) => [name, this.#value(type, name, device)])) };
    const add = Object.fromEntries(sets.map((name) => [name, [this.#token(device)]]));
    return {
      ...(Object.keys(set).length > 0 ? { set } : {}),
      ...(sets.length > 0 ? { add } : {}),
    };
  }

  #value(type: EntityType, name: string, device: string): Json {
    const field = type.fields[name];
    if (field?.merge === 'forward') return this.#pick('step', field.order ?? []);
    const token = this.#token(device);
    if (field?.merge === 'max' || field?.merge === 'min' || name === 'length')
      return this.#below('amount', 1_000) * 1_000 + this.#tokens;
    return token;
  }

  #token(device: string): string {
    this.#tokens += 1;
    return `${device} ${this.#tokens}`;
  }

  #pick<T>(label: string, items: readonly T[]): T {
    return items[this.#below(label, items.length)] as T;
  }

  #below(bound: string, count: number): number {
    const counter = this.#counters.get(bound) ?? 0;
    this.#counters.set(bound, counter + 1);
    return this.#random.below(count, bound, counter);
  }
}

/** Fields a story sets to what the row's place asks for, never to a new value. */
const fixed = new Set(['key', 'parentId']);
