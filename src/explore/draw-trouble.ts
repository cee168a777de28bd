import type { Json, JsonObject } from '../lib/json.ts';
import type { Author } from './author.ts';
import type { StoryDraws } from './draws.ts';
import type { Hardship, Swarm } from './swarm.ts';

const callNames = ['push', 'pull', 'resolve', 'any'] as const;
/** Faults of single calls. Each story takes some of them. */
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
  { reorder: '10s' },
  { reorder: '10s', leg: 'request' },
  { bandwidth: '64kB' },
  { 'late-commit': '2s' },
  'captive-portal',
];
/** In 100: how often a step is trouble, by regime; `bursty` is calm between its bursts. */
const shares = { off: 0, rare: 6, bursty: 3, hostile: 45 } as const;
const burst = { share: 70, begins: 5, least: 5, most: 15 } as const;

/** Draws what goes wrong in a story, step by step. */
export class TroubleDraw {
  readonly #draws: StoryDraws;
  readonly #swarm: Swarm;
  readonly #author: Author;
  readonly #faults: readonly Json[];
  readonly #kinds: readonly (() => readonly Json[])[];
  readonly #backedUp = new Set<string>();
  #burstLeft = 0;

  constructor(draws: StoryDraws, { swarm, author }: { readonly swarm: Swarm; readonly author: Author }) {
    this.#draws = draws;
    this.#author = author;
    this.#swarm = swarm;
    this.#faults = draws.some('fault mask', faults);
    const line = (): readonly Json[] => this.#line(this.#device());
    const always = [line, line, () => this.#kill(), () => this.#partition()];
    const lines = draws.some('line mask', always);
    this.#kinds = [...lines, ...swarm.hardships.map((hardship) => () => this.#hardship(hardship))];
  }

  /** The steps of the next trouble, or null when all is well now. */
  next(): readonly Json[] | null {
    if (!this.#draws.chance('trouble', this.#share())) return null;
    const { upheaval } = this.#swarm;
    if (upheaval !== null && upheaval !== 'dead' && this.#draws.chance('upheaval now', 12)) return this.#upheaval();
    if (this.#draws.chance('fault?', 50)) return [this.#fault()];
    return this.#draws.pick('kind of trouble', this.#kinds)();
  }

  /** An upheaval comes at least once, whatever the regime. */
  upheavalOnce(): readonly Json[] {
    const { upheaval } = this.#swarm;
    return upheaval === null || upheaval === 'dead' ? [] : this.#upheaval();
  }

  #share(): number {
    const { regime } = this.#swarm;
    if (regime !== 'bursty') return shares[regime];
    if (this.#burstLeft > 0) {
      this.#burstLeft -= 1;
      return burst.share;
    }
    if (this.#draws.chance('burst begins', burst.begins))
      this.#burstLeft = burst.least + this.#draws.below('burst', burst.most - burst.least);
    return shares.bursty;
  }

  #fault(): Json {
    const fault = this.#draws.pick('fault', this.#faults);
    const times = this.#draws.pick('times', [1, 1, 1, 2, 4]);
    const one: Json = times === 1 ? fault : { fault, times };
    return { [this.#device()]: { next: { [this.#draws.pick('call', callNames)]: one } } };
  }

  #line(device: string): readonly Json[] {
    return [{ [device]: this.#draws.pick('line', ['offline', 'online']) }];
  }

  #kill(): readonly Json[] {
    const device = this.#device();
    return [...this.#safe(device), { [device]: { kill: true, restart: this.#draws.pick('restart', ['1s', '2m']) } }];
  }

  #partition(): readonly Json[] {
    return [{ network: this.#draws.below('heal', 2) === 0 ? { partition: this.#device() } : 'heal' }];
  }

  #hardship(hardship: Hardship): readonly Json[] {
    const device = this.#device();
    switch (hardship) {
      case 'storage':
        return this.#storage(device);
      case 'suspend':
        return this.#suspend(device);
      case 'renewal':
        return this.#renewal(device);
      case 'latency':
        return [{ network: { latency: this.#draws.pick('latency', ['5ms', '60ms', '900ms', '2s']) } }];
      case 'purge':
        return [{ server: 'purge' }];
      case 'epoch':
        return [{ server: 'raise-epoch' }];
      case 'clock':
        return [{ [device]: { clock: this.#draws.pick('clock', ['0s', '+3h', '-2d', '+10s']) } }];
      case 'stop':
        return [{ server: { stop: true, start: this.#draws.pick('stop', ['1s', '1m']) } }];
    }
  }

  /** Nothing can be written for a while; the line may go or come back meanwhile. */
  #storage(device: string): readonly Json[] {
    const after = this.#draws.pick('storage for', ['300ms', '20s', '6m']);
    const bad = { [device]: { storage: this.#draws.pick('storage', ['full', 'busy']) } };
    const writes = Array.from({ length: this.#draws.below('refused writes', 3) }, () => ({
      [device]: this.#author.put(device),
    }));
    const line = this.#draws.below('line under it', 3) === 0 ? this.#line(device) : [];
    return [bad, ...line, ...writes, { clock: { advance: after } }, { [device]: { storage: 'good' } }];
  }

  #suspend(device: string): readonly Json[] {
    const how = { suspend: this.#draws.pick('suspend', [true, 'deep']) };
    // An app that is not running can't be suspended.
    const isPerhapsDead = this.#swarm.upheaval === 'crash';
    const awake = isPerhapsDead ? [...this.#safe(device), { [device]: { kill: true, restart: '1s' } }] : [];
    if (this.#draws.below('sleep', 2) === 0) return [...awake, { [device]: { ...how, resume: '2m' } }];
    const slept = { clock: { jump: this.#draws.pick('jump', ['1h', '3d']) } };
    return [...awake, { [device]: how }, slept, { [device]: { resume: '0s' } }];
  }

  /** An app that is to die in a commit to come may do so while it starts: then nothing waits for it. */
  #safe(device: string): readonly Json[] {
    return this.#swarm.upheaval === 'crash' ? [{ [device]: 'disarm' }] : [];
  }

  #renewal(device: string): readonly Json[] {
    const renewal = { [device]: { renewal: this.#draws.pick('renewal', ['refused', '3s', '40s', '0s']) } };
    return [renewal, { [device]: { next: { any: { status: 401 } } } }];
  }

  #upheaval(): readonly Json[] {
    const device = this.#device();
    switch (this.#swarm.upheaval) {
      case 'power-cut':
        return [{ [device]: { 'power-cut': this.#draws.pick('lost commits', [1, 2, 5, 20]), restart: '1m' } }];
      case 'crash': {
        const commit = 1 + this.#draws.below('commit', 4);
        return [{ [device]: { crash: this.#draws.pick('moment', ['before', 'after']), commit } }];
      }
      case 'device-copies':
        return this.#copy(device);
      case 'other-user':
        return [{ [device]: { 'sign-in': this.#draws.pick('user', ['ana', 'ben']) } }];
      default:
        return [];
    }
  }

  /** Clones are left out: two copies of one change that were both edited are not told apart yet. */
  #copy(device: string): readonly Json[] {
    if (this.#backedUp.has(device)) return [{ [device]: { restore: this.#draws.pick('restore', ['0s', '1m']) } }];
    this.#backedUp.add(device);
    return [{ [device]: 'backup' }];
  }

  #device(): string {
    return this.#draws.pick('troubled', this.#swarm.devices);
  }
}

/** What is named first goes first: all devices in an order, to begin with or from now on. */
export function drawPriorities(draws: StoryDraws, devices: readonly string[]): JsonObject {
  const left = [...devices];
  const order: string[] = [];
  while (left.length > 0) order.push(...left.splice(draws.below('priority', left.length), 1));
  return { clock: { priorities: order } };
}
