import type { Json, JsonObject } from '../lib/json.ts';
import type { Pins } from '../lib/pins.ts';
import type { Author } from './author.ts';
import { drawDeviceLimits, drawServerLimits } from './draw-limits.ts';
import { drawPriorities, TroubleDraw } from './draw-trouble.ts';
import { StoryDraws } from './draws.ts';
import { GurasAuthor } from './guras-author.ts';
import { PolicyAuthor } from './policy-author.ts';
import { drawSwarm, type Swarm } from './swarm.ts';

/** One story in so many keeps its devices' data in SQLite. */
const sqliteShare = 20;

/** How a drawn story is bounded. */
export interface DrawOptions {
  /** Steps of the story before it heals; drawn from 20 to 120 unless said. */
  readonly operations?: number;
  /** Draws of the story, and of the world that it is played in, that are held to a value. */
  readonly pins?: ChosenPins;
}

/** Choices of a run as they are written down: those that made the story, and those of the world. */
export interface ChosenPins {
  readonly story: Pins;
  readonly world: Pins;
}

/** Draws a story as a scenario file would say it. The same seed always gives the same story. */
export function drawStory(seed: string, options: DrawOptions = {}): JsonObject {
  return new StoryDraw(seed, options).draw();
}

/** The choices that make the story of a seed, by their names. */
export function choicesOf(seed: string, options: DrawOptions = {}): Pins {
  const draw = new StoryDraw(seed, options);
  draw.draw();
  return Object.fromEntries(draw.choices);
}

class StoryDraw {
  readonly #seed: string;
  readonly #world: Pins;
  readonly #draws: StoryDraws;
  readonly #swarm: Swarm;
  readonly #author: Author;
  readonly #trouble: TroubleDraw;

  constructor(seed: string, { operations, pins }: DrawOptions) {
    this.#seed = seed;
    this.#world = pins?.world ?? {};
    this.#draws = new StoryDraws(seed, pins?.story);
    this.#swarm = drawSwarm(this.#draws, operations);
    const { registry, rowsPerType } = this.#swarm;
    this.#author =
      registry === 'guras'
        ? new GurasAuthor(this.#draws, { rowsPerType, user: 'ana' })
        : new PolicyAuthor(this.#draws, rowsPerType);
    this.#trouble = new TroubleDraw(this.#draws, { swarm: this.#swarm, author: this.#author });
  }

  get choices(): ReadonlyMap<string, number> {
    return this.#draws.choices;
  }

  draw(): JsonObject {
    const { devices } = this.#swarm;
    const limits = drawServerLimits(this.#draws);
    return {
      scenario: `random story ${this.#seed}`,
      ...this.#author.header,
      // The store that phones have costs much more time than one in memory.
      ...(this.#draws.below('disk', sqliteShare) === 0 ? { disk: 'sqlite' } : {}),
      devices: Object.fromEntries(devices.map((name) => [name, this.#device(name)])),
      ...(Object.keys(limits).length > 0 ? { server: { limits } } : {}),
      ...(Object.keys(this.#world).length > 0 ? { pins: this.#world } : {}),
      steps: [...this.#hostile(), ...this.#healed()],
      expect: [{ all: { invariants: true } }],
    };
  }

  #device(name: string): JsonObject {
    const { hardships, bensDevices } = this.#swarm;
    const limits = drawDeviceLimits(this.#draws, name);
    return {
      user: bensDevices.includes(name) ? 'ben' : 'ana',
      ...(hardships.includes('clock')
        ? { clock: this.#draws.pick('clock', ['0s', '+3h', '-2d', '+400d', '-1s']) }
        : {}),
      ...(Object.keys(limits).length > 0 ? { limits } : {}),
    };
  }

  /** Writes and trouble. */
  #hostile(): readonly Json[] {
    const { operations, changePoints, devices, upheaval } = this.#swarm;
    const points = new Set(Array.from({ length: changePoints }, () => this.#draws.below('change point', operations)));
    const upheavalAt =
      upheaval === null ? -1 : Math.floor(operations / 3) + this.#draws.below('upheaval at', operations / 2);
    const steps: Json[] = [];
    for (let at = 0; at < operations; at += 1) {
      if (points.has(at)) steps.push(drawPriorities(this.#draws, devices));
      if (at === upheavalAt) steps.push(...this.#trouble.upheavalOnce());
      steps.push(...(this.#trouble.next() ?? [this.#calm()]));
    }
    return steps;
  }

  #calm(): Json {
    if (this.#draws.below('pause', 4) === 0)
      return { clock: { advance: this.#draws.pick('time', ['20ms', '300ms', '2s', '20s', '6m']) } };
    const { devices, groups, deletes } = this.#swarm;
    const device = this.#draws.pick('actor', devices);
    if (deletes && this.#draws.below('delete', 8) === 0)
      return { [device]: { ...this.#author.deletion(device), refused: 'allowed' } };
    if (groups && this.#draws.below('group', 6) === 0) {
      const group = [this.#author.creation(device), this.#second(device)];
      return { [device]: { group, refused: 'allowed' } };
    }
    return { [device]: this.#author.put(device) };
  }

  /** The second member of a group: what nobody can refuse, or an edit of a row that others write as well. */
  #second(device: string): JsonObject {
    if (this.#draws.below('plain group', 3) > 0) return this.#author.creation(device);
    const { put, ...changes } = this.#author.put(device);
    return { update: put as Json, ...changes };
  }

  /** The world heals and comes to rest; each device writes once more, which must reach all; and it rests again. */
  #healed(): readonly Json[] {
    const { devices, upheaval } = this.#swarm;
    const dead = upheaval === 'dead' ? devices.filter((_, at) => at > 0 && this.#draws.below('dead', 2) === 0) : [];
    const living = devices.filter((name) => !dead.includes(name));
    // In a half of the stories with dead devices these come back at last; in the others they never do.
    const isForEver = dead.length > 0 && this.#draws.below('for ever', 2) === 0;
    const rest = { settle: true, ...(dead.length > 0 ? { dead } : {}) };
    const last = isForEver ? rest : { settle: true };
    const marks = (isForEver ? living : devices).map((name) => ({ [name]: this.#author.mark(name) }));
    return [rest, ...(isForEver || dead.length === 0 ? [] : [last]), ...this.#signIns(), ...marks, last];
  }

  /** Each user who may have written on a device signs in there once more: else nobody would send it. */
  #signIns(): readonly Json[] {
    const { devices, bensDevices, upheaval } = this.#swarm;
    if (upheaval !== 'other-user') return [];
    const of = (name: string, isOwner: boolean): string => (bensDevices.includes(name) === isOwner ? 'ben' : 'ana');
    return [false, true].flatMap((isOwner) => [
      ...devices.map((name) => ({ [name]: { 'sign-in': of(name, isOwner) } })),
      { settle: true },
    ]);
  }
}
