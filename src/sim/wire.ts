import { type Passage, widthMs } from '../faults/plan.ts';
import { Overtaking } from '../stage/overtaking.ts';
import type { Agenda } from './agenda.ts';
import type { Draws } from './draws.ts';
import type { Flight } from './flight.ts';
import { Holds } from './holds.ts';

/** Usual one-way delay of a message, ms: a good mobile line. */
const latency = { leastMs: 15, spreadMs: 40 };

/** One leg that a message is to travel. */
export interface Leg {
  readonly passage: Passage;
  readonly leg: 'request' | 'response';
  /** Read only where the line is narrow. */
  readonly bytes: number;
}

/** How messages spend their time on the simulated line. */
export class Wire {
  readonly holds = new Holds();
  readonly #agenda: Agenda;
  readonly #draws: Draws;
  readonly #isCut: (device: string) => boolean;
  readonly #overtaking = new Overtaking();
  #latencyMs: number | null = null;

  constructor(
    { agenda, draws }: { readonly agenda: Agenda; readonly draws: Draws },
    isCut: (device: string) => boolean,
  ) {
    this.#agenda = agenda;
    this.#draws = draws;
    this.#isCut = isCut;
  }

  /** One-way delay of every message from now on, ms. */
  setLatency(latencyMs: number): void {
    this.#latencyMs = latencyMs;
  }

  /** Lets a message wait for its holds, its bytes, its delays and its way, and be overtaken; then `arrived` decides. */
  travel(flight: Flight, on: Leg, arrived: () => void): void {
    const { passage } = on;
    const holds = [...passage.holds];
    const goOn = (): void => {
      const name = holds.shift();
      if (name !== undefined) this.holds.keep(name, goOn);
      else if (passage.bytesPerSec === null) this.#cross(flight, on, arrived);
      else {
        // Who gives up before the last byte has passed has sent or got nothing whole.
        this.#agenda.after(widthMs(passage, on.bytes), flight.end.device, () => {
          if (!flight.isOver) this.#cross(flight, on, arrived);
        });
      }
    };
    goOn();
  }

  #cross(flight: Flight, { passage, leg }: Leg, arrived: () => void): void {
    const { device } = flight.end;
    const { delayMs, overtakenWithinMs: withinMs } = passage;
    const lane = `${device}/${leg}`;
    const end = (): void => {
      if (!this.#isCut(device)) arrived();
    };
    this.#agenda.after(delayMs + this.delayMs(`${device}/${flight.call.name}/${leg}`), device, () => {
      if (withinMs === null) {
        end();
        this.#overtaking.passed(lane);
      } else this.#overtaking.wait(lane, { withinMs, clock: this.#clockOf(device) }, end);
    });
  }

  #clockOf(device: string): { after(delayMs: number, callback: () => void): { cancel(): void } } {
    return { after: (delayMs, callback) => this.#agenda.after(delayMs, device, callback) };
  }

  /** One-way delay of the next message of a lane, ms. */
  delayMs(lane: string): number {
    if (this.#latencyMs !== null) return this.#latencyMs;
    return latency.leastMs + this.#draws.below(latency.spreadMs, `net/${lane}`);
  }
}
