import type { Limits } from '../core/limits.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Pins } from '../lib/pins.ts';
import type { Awaitable } from '../ports/storage.ts';
import type { TraceSink } from '../trace/record.ts';
import type { Ability } from './ability.ts';
import type { StageDevice } from './device.ts';
import type { RegistryName } from './registries.ts';
import type { StageServer } from './server.ts';

/** How a condition stands. `because` says, for people, what is still missing. */
export type Standing = { readonly holds: true } | { readonly holds: false; readonly because: string };

/** Something a story waits for. Reading it changes nothing; it may be asked any number of times. */
export type Condition = () => Awaitable<Standing>;

/** The line between devices and server, for all devices at once. */
export interface StageNetwork {
  /** Cuts the named devices from the server until `heal`; calls on the wire hang until they time out (`partition`). */
  partition(devices: readonly string[]): void;
  /** Ends all partitions (`partition`). */
  heal(): void;
  /** Sets the one-way delay of every request and answer from now on, ms, 0 or more (`latency`). */
  setLatency(latencyMs: number): void;
  /** Whether the fault `hold` keeps any message under this name now. */
  isHeld(hold: string): boolean;
  /** Lets the messages go on that the fault `hold` keeps under this name, of all devices; true when there were any. */
  release(hold: string): boolean;
}

/** True time of the story. */
export interface StageClock {
  /** Time since the start of the story, in ms of the story, whatever its speed. Never steps back. */
  nowMs(): number;
  /** Wall time of the story's start, ms since 1970: what a device with clock offset 0 showed then. */
  readonly startedWallMs: number;
  /**
   * Moves the clocks of all devices and the server ahead at once, as if everything had slept: timers that fell due
   * meanwhile fire after it (`jump`).
   */
  jump(byMs: number): Awaitable<void>;
  /** All devices are in this time zone (a name of the IANA list) from now to the end of the story (`time-zone`). */
  setTimeZone(name: string): void;
  /**
   * From now on what is due for these devices happens in this order, each a little later than for the one before; empty:
   * all are alike (`priorities`).
   */
  prioritise?(devices: readonly string[]): void;
}

/**
 * A world in which a plan is played: `sim` (virtual time), `embedded` (a server process, real HTTP, scaled time) or
 * `url`. Between two calls of `runUntil` no time passes on `sim`; on the others it does, and nothing may rely on it.
 */
export interface Stage {
  readonly kind: 'sim' | 'embedded' | 'url';
  readonly abilities: ReadonlySet<Ability>;
  /** The devices by name, in the plan's order. All are started when the stage is there. */
  readonly devices: ReadonlyMap<string, StageDevice>;
  readonly server: StageServer;
  readonly network: StageNetwork;
  readonly clock: StageClock;
  /**
   * Lets the world live until the condition holds, at most `withinMs` (0 or more) of the story's time, and answers
   * how it stood at the end. The condition is looked at first before any time passes, and at the deadline once more.
   * One call at a time. A world that will never change again may go to the deadline at once.
   */
  runUntil(condition: Condition, withinMs: number): Promise<Standing>;
  /** Ends all devices and the server and frees files, sockets and processes. Safe to call twice. */
  close(): Promise<void>;
}

/** One device of a plan. */
export interface DeviceSetup {
  readonly name: string;
  readonly user: string;
  /** Wall clock minus true time at the start, ms. */
  readonly clockMs: number;
  readonly online: boolean;
  /** `auto`: `Device.start()` is called in every life. `manual`: only sync steps make requests. */
  readonly sync: 'auto' | 'manual';
  readonly limits: Partial<Limits>;
  /** `older`: the app knows the data of the version before, until it is upgraded. Default: those of the server. */
  readonly app?: 'older';
  /** Whether the server tells it of changes at once; otherwise it polls. */
  readonly live?: true;
  /** The device on whose data it is a second process, named before it: one phone, one store, two engines. */
  readonly shares?: string;
}

/** A row that stands on the server before the story begins. */
export interface FixtureRow {
  /** `catalogue`: shared by all users. `user`: a row (or the user's part of a catalogue row) of the user. */
  readonly part: 'catalogue' | 'user';
  readonly entityType: string;
  readonly entityId: string;
  readonly data: JsonObject;
}

/** How many commits a power cut of a story may take at most. */
export const unsyncedMax = 100;

/** Everything a stage needs to know before the first step. */
export interface StageSetup {
  /** Any text: every draw of the world is keyed by it. */
  readonly seed: string;
  readonly devices: readonly DeviceSetup[];
  /** Rows on the server at the start, by user. Catalogue rows may stand under any user and are shared. */
  readonly fixtures: ReadonlyMap<string, readonly FixtureRow[]>;
  /** By which key a simulated world draws the order of what is due at one instant; absent: as it was planned. */
  readonly order?: string;
  /** Draws of a simulated world that are held to a value, by their names. */
  readonly pins?: Pins;
  /** Told of every draw of a simulated world, by its name. */
  readonly onChoice?: (name: string, value: number) => void;
  /** The entity types of the story. */
  readonly registry: RegistryName;
  /** Where simulated devices keep their data: `memory` (default) or `sqlite`. Other worlds have files. */
  readonly disk?: 'memory' | 'sqlite';
  /** Server bounds that differ from the defaults. */
  readonly serverLimits: Partial<Limits>;
  /** How many commits of a device a power cut may take at most; default 0. Keeping them costs a simulated disk time. */
  readonly unsyncedMax?: number;
  /** Takes every event, commit and body of the run, in order. */
  readonly trace: TraceSink;
}

/** Builds a world. Rejects with `StageError` when the world itself fails (exit code 4). */
export type OpenStage = (setup: StageSetup) => Promise<Stage>;

/** The world failed, not the story: the server is unreachable, a file can't be written. */
export class StageError extends Error {
  override readonly name = 'StageError';
  /** What a person can do about it. */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
