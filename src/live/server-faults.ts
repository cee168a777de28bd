import type { IncomingMessage, ServerResponse } from 'node:http';
import { meetHint } from '../faults/meet-hint.ts';
import { arm, type Course, type FaultPlan, meet, noFaults } from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';
import type { Clock } from '../ports/clock.ts';
import { type FaultOrder, readFaultEntries } from '../scenario/fault-file.ts';
import type { Beyond, FaultDesk } from '../server/http/fault-desk.ts';
import { wholeBody } from '../server/http/whole-message.ts';
import { Overtaking } from '../stage/overtaking.ts';
import { callOfRequest } from './call-of-request.ts';
import { claimedUser } from './claimed-user.ts';
import { HoldBoard } from './hold-board.ts';
import { arrives, type Line, type Passenger, passengerOf, travel } from './proxied-transaction.ts';

/** What the faults of a server stand on. */
export interface ServerFaultsOptions {
  /** True time: windows and delays are measured by it, whatever becomes of the server's clock. */
  readonly clock: Pick<Clock, 'after' | 'read'>;
  /** Draws by rate are keyed by it: the same seed and the same requests of each device, the same strikes. Default `1`. */
  readonly seed?: string;
}

/** One fault and what became of it. */
interface Entry {
  readonly id: number;
  readonly setting: FaultSetting;
  readonly order: FaultOrder;
  struck: number;
}

/** Faults that are over and still shown. */
const overShownMax = 1_000;

/**
 * The faults of a server, by the rules that a scenario's line has: they strike requests of any client on their way in and
 * answers on their way out.
 */
export class ServerFaults implements FaultDesk {
  readonly #clock: ServerFaultsOptions['clock'];
  readonly #holds = new HoldBoard();
  readonly #overtaking = new Overtaking();
  readonly #open = new Set<Passenger>();
  readonly #turns = new Map<string, number>();
  #entries: readonly Entry[] = [];
  #plan: FaultPlan;
  #closed = false;

  constructor({ clock, seed = '1' }: ServerFaultsOptions) {
    this.#clock = clock;
    this.#plan = { ...noFaults, seed };
  }

  /** Arms faults behind those that wait; their windows begin now. */
  add(orders: readonly FaultOrder[]): void {
    const nowMs = this.#nowMs();
    for (const order of orders) {
      const fromMs = order.afterMs === null ? undefined : nowMs + order.afterMs;
      const untilMs = order.forMs === null ? undefined : (fromMs ?? nowMs) + order.forMs;
      const id = this.#plan.nextId;
      this.#plan = arm(this.#plan, order.setting, {
        ...order.scope,
        ...(fromMs === undefined ? {} : { fromMs }),
        ...(untilMs === undefined ? {} : { untilMs }),
      });
      this.#entries = [...this.#entries, { id, setting: order.setting, order, struck: 0 }];
    }
    const over = this.#entries.filter(({ id }) => !this.#waits(id)).slice(0, -overShownMax);
    if (over.length > 0) this.#entries = this.#entries.filter((entry) => !over.includes(entry));
  }

  arm(written: readonly unknown[]): readonly string[] {
    const { orders, diagnostics } = readFaultEntries(written);
    if (diagnostics.length > 0) {
      return diagnostics.map(({ message, remedy }) => (remedy === null ? message : `${message}: ${remedy}`));
    }
    this.add(orders);
    return [];
  }

  clear(): void {
    this.#plan = { ...noFaults, seed: this.#plan.seed, nextId: this.#plan.nextId };
    this.#entries = [];
    this.#holds.clear();
    this.#overtaking.clear();
  }

  release(name: string): boolean {
    return this.#holds.release(name);
  }

  state(): object {
    const faults = this.#entries.map(({ id, setting, order: { scope, afterMs, forMs }, struck }) => ({
      id,
      fault: setting,
      ...scope,
      ...(afterMs === null ? {} : { afterMs }),
      ...(forMs === null ? {} : { forMs }),
      struck,
      state: this.#stateOf(id),
    }));
    return { seed: this.#plan.seed, faults, held: this.#holds.names() };
  }

  async meet(message: IncomingMessage, response: ServerResponse, beyond: Beyond): Promise<'passed' | 'taken'> {
    const course = this.#courseOf(message, beyond);
    if (course === null) return 'passed';
    const { method = '', url = '', headers } = message;
    const isUpgrade = headers.upgrade !== undefined;
    let body: Buffer;
    try {
      body = isUpgrade ? Buffer.alloc(0) : await wholeBody(message, beyond.bodyBytesMax);
    } catch {
      // The client gave up while it was still sending: there is nobody to answer.
      return 'taken';
    }
    const passenger = passengerOf({ device: laneOf(headers), request: { method, url, headers, body }, response });
    this.#open.add(passenger);
    try {
      if (isUpgrade) return (await arrives(passenger, course, this.#line(beyond))) ? 'passed' : 'taken';
      await travel(passenger, course, this.#line(beyond));
      return 'taken';
    } finally {
      this.#open.delete(passenger);
    }
  }

  losesHint(device: string | null, user: string): boolean {
    const { plan, by } = meetHint(this.#plan, { device: device ?? '', user, atMs: this.#nowMs() });
    this.#plan = plan;
    for (const entry of this.#entries) if (entry.id === by?.id) entry.struck += 1;
    return by !== null;
  }

  close(): void {
    this.#closed = true;
    for (const passenger of this.#open) {
      passenger.response.socket?.destroy();
      passenger.cancel();
    }
    this.#holds.clear();
    this.#overtaking.clear();
  }

  /** The course of a request, or null when no fault touches it. */
  #courseOf({ method = '', url = '', headers }: IncomingMessage, { nowMs }: Beyond): Course | null {
    if (this.#plan.armed.length === 0) return null;
    const route = `${method} ${url.split('?', 1)[0] ?? ''}`;
    const call = callOfRequest(method, url);
    const device = laneOf(headers);
    const met = meet(this.#plan, {
      device,
      call,
      serverMs: nowMs(),
      user: claimedUser(headers.authorization),
      route,
      atMs: this.#nowMs(),
      turn: this.#turn(`${device} ${call ?? route}`),
    });
    this.#plan = met.plan;
    const { by } = met.course;
    for (const entry of this.#entries) if (by.includes(entry.id)) entry.struck += 1;
    return by.length === 0 ? null : met.course;
  }

  #nowMs(): number {
    return this.#clock.read().monoMs;
  }

  #turn(of: string): { readonly of: string; readonly n: number } {
    const n = this.#turns.get(of) ?? 0;
    this.#turns.set(of, n + 1);
    return { of, n };
  }

  #stateOf(id: number): 'waiting' | 'armed' | 'over' {
    const fault = this.#plan.armed.find((one) => one.id === id);
    const nowMs = this.#nowMs();
    if (fault === undefined || (fault.untilMs !== null && nowMs >= fault.untilMs)) return 'over';
    return fault.fromMs !== null && nowMs < fault.fromMs ? 'waiting' : 'armed';
  }

  #waits(id: number): boolean {
    return this.#stateOf(id) !== 'over';
  }

  #line(beyond: Beyond): Line {
    return {
      clock: this.#clock,
      holds: this.#holds,
      overtaking: this.#overtaking,
      latencyMs: 0,
      forward: beyond.forward,
      serverNowMs: beyond.nowMs,
      plan: () => this.#plan,
      isClosed: () => this.#closed,
    };
  }
}

/** What the sender calls itself; all that do not say it share a lane. */
function laneOf(headers: IncomingMessage['headers']): string {
  const id = headers['x-device-id'];
  return typeof id === 'string' ? id : '';
}
