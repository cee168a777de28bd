import type { Call, CallOutcome } from '../../src/ports/transport.ts';
import { Agenda } from '../../src/sim/agenda.ts';
import { Draws } from '../../src/sim/draws.ts';
import { Network } from '../../src/sim/network.ts';
import { PlanBoard } from '../../src/sim/plan-board.ts';
import type { LineEnd } from '../../src/stage/phone-world.ts';
import { Teller } from '../../src/stage/teller.ts';
import type { TraceRecord } from '../../src/trace/record.ts';

/** One phone, its simulated line, and a server that counts what it serves. */
export class OneLine {
  readonly agenda = new Agenda();
  readonly served: string[] = [];
  /** When the server began to serve each call. */
  readonly begun: number[] = [];
  readonly outcomes: [number, CallOutcome][] = [];
  readonly trace: TraceRecord[] = [];
  readonly phone = { online: true, alive: true };
  isRunning = true;
  readonly board = new PlanBoard();
  readonly network = new Network({
    board: this.board,
    agenda: this.agenda,
    draws: new Draws('seed'),
    site: {
      isRunning: () => this.isRunning,
      wallMs: () => this.agenda.nowMs,
      serve: (user, call, begunMs) => {
        this.served.push(`${user} ${call.name} ${call.id}`);
        this.begun.push(begunMs);
        const headers = { 'content-type': 'application/json' };
        return { status: 200, headers, body: JSON.stringify({ n: this.served.length }) };
      },
    },
    teller: new Teller(
      (record) => this.trace.push(record),
      () => this.agenda.nowMs,
    ),
  });

  end(): LineEnd {
    return {
      device: 'phone',
      user: 'ana',
      requestTimeoutMs: 30_000,
      isAlive: () => this.phone.alive,
      isOnline: () => this.phone.online,
      callName: (id) => `phone.1.${id}`,
    };
  }

  push(id = 'c1'): { abort(): void } {
    const call: Call = { id, name: 'push', deviceId: 'phone', schemaVersion: 1, body: { changes: [] } };
    return this.network
      .transportOf(this.end())
      .send(call, (outcome) => this.outcomes.push([this.agenda.nowMs, outcome]));
  }

  /** Lets the world live for a while. */
  live(ms: number): void {
    const until = this.agenda.nowMs + ms;
    for (let next = this.agenda.nextAtMs(); next !== null && next <= until; next = this.agenda.nextAtMs())
      this.agenda.step();
    this.agenda.skip(until - this.agenda.nowMs);
  }

  /** What became of the calls, in words. */
  kinds(): string[] {
    return this.outcomes.map(([, outcome]) => (outcome.kind === 'failure' ? outcome.reason : outcome.kind));
  }
}
