import { type FaultName, faultTable } from '../faults/table.ts';
import type { Ability } from '../stage/ability.ts';
import type { Phone } from '../stage/phone.ts';
import type { StageServer } from '../stage/server.ts';
import type { Condition, Stage, StageClock, StageNetwork, Standing } from '../stage/stage.ts';
import { TimeZone } from '../stage/time-zone.ts';
import type { ScaledTime } from './scaled-time.ts';
import type { Wake } from './wake.ts';

/** The parts of a live world. */
export interface LiveParts {
  readonly kind: 'embedded' | 'url';
  readonly abilities: ReadonlySet<Ability>;
  readonly devices: ReadonlyMap<string, Phone>;
  readonly server: StageServer;
  readonly network: StageNetwork;
  readonly time: ScaledTime;
  readonly startedWallMs: number;
  readonly wake: Wake;
  /** Moves the clock of the server as well, before those of the devices. */
  readonly jump: (byMs: number) => Promise<void>;
  /** What failed beside the story, once: an engine that threw, a server process that ended. */
  readonly failure: () => { readonly error: unknown } | null;
  /** Frees everything, in the right order. */
  readonly close: () => Promise<void>;
}

/** Every fault of the line: a live world strikes with them in its proxy, which can't reach into a transaction of the server. */
export const lineFaults: readonly Ability[] = (Object.keys(faultTable) as FaultName[])
  .filter((name) => name !== 'late-commit')
  .map((name): Ability => `fault:${name}`);

/** Longest sleep between two looks at a condition, ms of the machine: what nobody tells of is seen that soon. */
const lookMs = 25;

/** A live world as a stage: time passes by itself, and `runUntil` looks at the condition whenever something happened. */
export class LiveStage implements Stage {
  readonly kind: Stage['kind'];
  readonly abilities: ReadonlySet<Ability>;
  readonly devices: ReadonlyMap<string, Phone>;
  readonly server: StageServer;
  readonly network: StageNetwork;
  readonly clock: StageClock;
  readonly #parts: LiveParts;
  readonly #zone = new TimeZone();
  #closing: Promise<void> | null = null;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.kind = parts.kind;
    this.abilities = parts.abilities;
    this.devices = parts.devices;
    this.server = parts.server;
    this.network = parts.network;
    this.clock = {
      nowMs: () => parts.time.nowMs,
      startedWallMs: parts.startedWallMs,
      jump: parts.jump,
      setTimeZone: (name) => this.#zone.set(name),
    };
  }

  async runUntil(condition: Condition, withinMs: number): Promise<Standing> {
    const { time, wake, failure } = this.#parts;
    const deadlineMs = time.nowMs + withinMs;
    for (;;) {
      const isLast = time.nowMs >= deadlineMs;
      const standing = await condition();
      const failed = failure();
      if (failed !== null) throw failed.error;
      if (standing.holds || isLast) return standing;
      await wake.sleep(Math.min(lookMs, Math.ceil(time.realMs(deadlineMs - time.nowMs))));
    }
  }

  close(): Promise<void> {
    this.#zone.restore();
    this.#closing ??= this.#parts.close();
    return this.#closing;
  }
}
