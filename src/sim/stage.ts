import { type FaultName, faultTable } from '../faults/table.ts';
import { type Ability, abilities } from '../stage/ability.ts';
import type { Phone } from '../stage/phone.ts';
import type { Condition, Stage, StageClock, StageNetwork, Standing } from '../stage/stage.ts';
import type { Teller } from '../stage/teller.ts';
import { TimeZone } from '../stage/time-zone.ts';
import type { Agenda } from './agenda.ts';
import { drain } from './drain.ts';
import type { Network } from './network.ts';
import type { PlanBoard } from './plan-board.ts';
import type { Site } from './site.ts';
import { armTripwires } from './tripwires.ts';

/** The parts of a simulated world. */
export interface SimParts {
  readonly agenda: Agenda;
  readonly network: Network;
  readonly board: PlanBoard;
  readonly site: Site;
  readonly teller: Teller;
  readonly devices: ReadonlyMap<string, Phone>;
  readonly startedWallMs: number;
  /** A number that changes with everything a condition could see. */
  changes(): number;
}

/** How much later whatever is due for a device happens than for the one before it in the order, ms: longer than a call takes. */
const handicapMs = 250;

/** Everything a simulated world can do: all of it. */
const everything: ReadonlySet<Ability> = new Set<Ability>([
  ...(Object.keys(abilities) as (keyof typeof abilities)[]),
  ...(Object.keys(faultTable) as FaultName[]).map((name): Ability => `fault:${name}`),
]);

/** The virtual world as a stage: one agenda, and time that passes only in `runUntil`. */
export class SimStage implements Stage {
  readonly kind = 'sim';
  readonly abilities = everything;
  readonly devices: ReadonlyMap<string, Phone>;
  readonly server: Site;
  readonly network: StageNetwork;
  readonly clock: StageClock;
  readonly #parts: SimParts;
  readonly #zone = new TimeZone();
  #isOpen = true;

  constructor(parts: SimParts) {
    const { agenda, teller } = parts;
    this.#parts = parts;
    this.devices = parts.devices;
    this.server = parts.site;
    this.network = networkOf(parts);
    this.clock = {
      nowMs: () => agenda.nowMs,
      startedWallMs: parts.startedWallMs,
      setTimeZone: (name) => {
        this.#zone.set(name);
        teller.tell('clock', 'network', { timeZone: name });
      },
      jump: (byMs) => {
        agenda.skip(byMs);
        teller.tell('clock', 'network', { jumpMs: byMs });
      },
      prioritise: (names) => {
        agenda.handicap(new Map(names.map((name, at) => [name, at * handicapMs])));
        teller.tell('clock', 'network', { priorities: names });
      },
    };
  }

  async runUntil(condition: Condition, withinMs: number): Promise<Standing> {
    const letGo = armTripwires();
    try {
      return await this.#run(condition, this.clock.nowMs() + withinMs);
    } finally {
      letGo();
    }
  }

  close(): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    this.#isOpen = false;
    this.#zone.restore();
    for (const device of this.devices.values()) device.stop();
    this.server.close();
    return Promise.resolve();
  }

  /** The condition is asked again only when something happened that it could see. */
  async #run(condition: Condition, deadlineMs: number): Promise<Standing> {
    const { agenda, changes } = this.#parts;
    await drain();
    let standing = await condition();
    let seen = changes();
    while (!standing.holds) {
      const next = agenda.nextAtMs();
      if (next === null || next > deadlineMs) break;
      agenda.step();
      await drain();
      if (changes() === seen) continue;
      standing = await condition();
      seen = changes();
    }
    if (standing.holds) return standing;
    agenda.skip(Math.max(0, deadlineMs - agenda.nowMs));
    return condition();
  }
}

function networkOf({ network, board, teller }: SimParts): StageNetwork {
  return {
    partition: (names) => {
      board.partition(names);
      teller.tell('line', 'network', { partitioned: names });
    },
    heal: () => {
      board.heal();
      teller.tell('line', 'network', { partitioned: [] });
    },
    setLatency: (latencyMs) => network.setLatency(latencyMs),
    isHeld: (hold) => network.isHeld(hold),
    release: (hold) => network.release(hold),
  };
}
