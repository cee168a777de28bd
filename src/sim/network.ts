import { type HttpAnswer, readAnswer } from '../adapters/portable/http-exchange.ts';
import type { Course, Passage } from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';
import type { Call, CallOutcome, Transport } from '../ports/transport.ts';
import type { LineEnd } from '../stage/phone-world.ts';
import type { Teller } from '../stage/teller.ts';
import type { Agenda } from './agenda.ts';
import type { Door } from './door.ts';
import type { Draws } from './draws.ts';
import { type Flight, failed } from './flight.ts';
import type { PlanBoard } from './plan-board.ts';
import { Tokens } from './tokens.ts';
import { Wire } from './wire.ts';

/** What happens to both legs of a transaction. */
type Legs = Pick<Course, 'request' | 'response'>;

/**
 * The line between the simulated devices and the server. A message is an event of the agenda; what happens to it is
 * decided when the request leaves (fault plan) and again when it arrives (cut, partition, dead life).
 */
export class Network {
  readonly #agenda: Agenda;
  readonly #site: Door;
  readonly #teller: Teller;
  readonly #flights = new Set<Flight>();
  readonly #tokens = new Map<string, Tokens>();
  readonly #wire: Wire;
  readonly #board: PlanBoard;

  constructor(world: {
    readonly agenda: Agenda;
    readonly draws: Draws;
    readonly site: Door;
    readonly teller: Teller;
    readonly board: PlanBoard;
  }) {
    this.#agenda = world.agenda;
    this.#site = world.site;
    this.#teller = world.teller;
    this.#board = world.board;
    this.#wire = new Wire(world, (device) => world.board.isCut(device));
  }

  /** The transport of one life. */
  transportOf(end: LineEnd): Transport {
    return {
      send: (call, done) => {
        const flight = this.#take(end, call, done);
        return { abort: () => this.#end(flight, failed('aborted', 'the caller gave up')) };
      },
      close: () => {
        for (const flight of this.#flightsOf(end.device)) this.#end(flight, failed('aborted', 'the line was closed'));
        return Promise.resolve();
      },
    };
  }

  /** Resets what a device that loses its line has on the wire. What has left it may still take effect. */
  setOnline(device: string, online: boolean): void {
    if (online) return;
    for (const flight of this.#flightsOf(device)) this.#end(flight, failed('reset', 'the line was cut'));
  }

  /** Forgets what a killed device had on the wire: nobody hears of the outcome. */
  forget(device: string): void {
    for (const flight of this.#flightsOf(device)) this.#close(flight);
    this.#tokensOf(device).forget();
  }

  /** How long the renewal of a device's token takes from now on, ms; null: it is refused. */
  setRenewal(device: string, takesMs: number | null): void {
    this.#tokensOf(device).set(takesMs);
  }

  /** How often a device asked for a new token. */
  renewals(device: string): number {
    return this.#tokensOf(device).renewals;
  }

  /** One-way delay of every message from now on, ms. */
  setLatency(latencyMs: number): void {
    this.#wire.setLatency(latencyMs);
  }

  /** One-way delay of the next message of a lane, ms. */
  delayMs(lane: string): number {
    return this.#wire.delayMs(lane);
  }

  /** Lets messages held under this name go on; false when there were none. */
  release(name: string): boolean {
    return this.#wire.holds.release(name);
  }

  /** Whether messages are held under this name. */
  isHeld(name: string): boolean {
    return this.#wire.holds.has(name);
  }

  #take(end: LineEnd, call: Call, done: Flight['done']): Flight {
    const tokens = this.#tokensOf(end.device);
    const flight: Flight = { end, call, done, token: tokens.current, isRenewed: false, isOver: false, deadline: null };
    this.#flights.add(flight);
    if (tokens.isRenewing && end.isOnline()) this.#renew(flight);
    else this.#launch(flight);
    return flight;
  }

  /** One try on the wire, with its own deadline. */
  #launch(flight: Flight): void {
    const { end, call } = flight;
    if (!end.isOnline()) {
      this.#end(flight, failed('unreachable', 'there is no line'));
      return;
    }
    flight.deadline?.cancel();
    flight.deadline = this.#agenda.after(end.requestTimeoutMs, end.device, () => {
      this.#finish(flight, failed('timeout', `no whole answer came within ${end.requestTimeoutMs} ms`));
    });
    const { device } = end;
    const { course, struck } = this.#board.meet({ device, call: call.name, serverMs: this.#site.wallMs() });
    for (const setting of struck) this.#tellFault(flight, setting);
    const bytes = course.request.bytesPerSec === null ? 0 : JSON.stringify(call.body).length;
    this.#wire.travel(flight, { passage: course.request, leg: 'request', bytes }, () => {
      this.#met(flight, course.request, () => this.#arrive(flight, course));
    });
  }

  /** What a fault makes of the request's end; `deliver` is left to the caller. */
  #met(flight: Flight, passage: Passage, deliver: () => void): void {
    const { end } = passage;
    if (end.kind === 'deliver') deliver();
    else if (end.kind === 'answer') {
      this.#serveAgain(flight, passage);
      this.#read(flight, end.answer);
    } else if (end.seen !== 'silence') this.#finish(flight, failed('reset', 'the connection was closed'));
  }

  #arrive(flight: Flight, course: Legs): void {
    if (!this.#site.isRunning()) {
      this.#finish(flight, failed('unreachable', 'the server refuses connections'));
      return;
    }
    const { commitAfterMs } = course.request;
    if (commitAfterMs === 0) this.#answer(flight, course, this.#site.wallMs());
    else this.#commitLate(flight, course, commitAfterMs);
  }

  /** The transaction has begun: it takes its time from now, and a server that stops meanwhile takes it down. */
  #commitLate(flight: Flight, course: Legs, afterMs: number): void {
    const begunMs = this.#site.wallMs();
    this.#agenda.after(afterMs, flight.end.device, () => {
      if (this.#site.isRunning()) this.#answer(flight, course, begunMs);
      else this.#finish(flight, failed('reset', 'the server stopped'));
    });
  }

  #answer(flight: Flight, course: Legs, begunMs: number): void {
    const answer = this.#serve(flight, begunMs);
    this.#serveAgain(flight, course.request);
    this.#wire.travel(flight, { passage: course.response, leg: 'response', bytes: answer.body.length }, () => {
      this.#met(flight, course.response, () => this.#deliver(flight, answer, course.response));
    });
  }

  /** The server gets the request later, where the passage says so; nobody sees that answer. */
  #serveAgain(flight: Flight, { again }: Passage): void {
    if (again === null) return;
    this.#agenda.after(again.afterMs, flight.end.device, () => {
      if (this.#site.isRunning()) this.#serve(flight, this.#site.wallMs());
    });
  }

  #serve({ end, call }: Flight, begunMs: number): HttpAnswer {
    this.#teller.tell('arrived', 'server', { callId: end.callName(call.id), call: call.name, from: end.device });
    return this.#site.serve(end.user, call, begunMs);
  }

  #deliver(flight: Flight, answer: HttpAnswer, { truncatePercent }: Passage): void {
    if (flight.isOver) {
      this.#tellLate(flight);
      return;
    }
    if (truncatePercent === null) {
      this.#read(flight, answer);
      return;
    }
    const kept = Math.floor((answer.body.length * truncatePercent) / 100);
    this.#read(flight, { ...answer, body: answer.body.slice(0, kept) });
  }

  /** Understands an answer as the real transports do, the one renewal of a refused token included. */
  #read(flight: Flight, answer: HttpAnswer): void {
    if (flight.isOver) return;
    const reading = readAnswer(answer, { asked: flight.call.body, bytes: answer.body.length });
    if (reading.kind !== 'unauthorized') {
      this.#finish(flight, reading);
      return;
    }
    if (flight.isRenewed) {
      this.#finish(flight, { kind: 'unauthenticated', detail: reading.detail });
      return;
    }
    const { current } = this.#tokensOf(flight.end.device);
    if (current === flight.token) {
      this.#renew(flight);
      return;
    }
    // Another call has renewed the token meanwhile.
    flight.token = current;
    this.#launch(flight);
  }

  /** Repeats a call with a new token. Calls that were refused with one token, or begin meanwhile, share its renewal. */
  #renew(flight: Flight): void {
    flight.deadline?.cancel();
    this.#tokensOf(flight.end.device).renew((token) => {
      if (flight.isOver) return;
      if (token === null) {
        this.#finish(flight, { kind: 'unauthenticated', detail: 'the refresh was refused' });
        return;
      }
      flight.token = token;
      flight.isRenewed = true;
      this.#launch(flight);
    });
  }

  #tokensOf(device: string): Tokens {
    const tokens = this.#tokens.get(device) ?? new Tokens(this.#agenda, device);
    this.#tokens.set(device, tokens);
    return tokens;
  }

  /** Gives the outcome inside an event of its own, as `Transport` demands. */
  #end(flight: Flight, outcome: CallOutcome): void {
    if (!this.#close(flight)) return;
    const { end, done } = flight;
    this.#agenda.after(0, end.device, () => {
      if (end.isAlive()) done(outcome);
    });
  }

  /** Gives the outcome now: the caller is an event already. */
  #finish(flight: Flight, outcome: CallOutcome): void {
    if (this.#close(flight) && flight.end.isAlive()) flight.done(outcome);
  }

  #close(flight: Flight): boolean {
    if (flight.isOver) return false;
    flight.isOver = true;
    flight.deadline?.cancel();
    this.#flights.delete(flight);
    return true;
  }

  #flightsOf(device: string): readonly Flight[] {
    return [...this.#flights].filter(({ end }) => end.device === device);
  }

  #tellLate({ end, call }: Flight): void {
    const reason = end.isAlive() ? 'finished' : 'earlier life';
    this.#teller.tell('dropped', end.device, { callId: end.callName(call.id), reason });
  }

  #tellFault({ end, call }: Flight, setting: FaultSetting): void {
    const { fault, ...options } = setting;
    this.#teller.tell('fault', end.device, { fault, options, call: call.name, callId: end.callName(call.id) });
  }
}
