import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { CallName } from '../core/protocol/paths.ts';
import { meetHint } from '../faults/meet-hint.ts';
import {
  arm,
  cutLine,
  cutOf,
  disarm,
  type FaultPlan,
  type FaultScope,
  meet,
  mendLine,
  noFaults,
} from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';
import type { Clock } from '../ports/clock.ts';
import { wholeBody } from '../server/http/whole-message.ts';
import { Overtaking } from '../stage/overtaking.ts';
import { RequestCounts } from '../stage/request-counts.ts';
import { callOfRequest } from './call-of-request.ts';
import { HoldBoard } from './hold-board.ts';
import { type Line, type Passenger, passengerOf, travel } from './proxied-transaction.ts';
import { type ProxiedUpgrade, passUpgrade, type UpgradeLine } from './proxied-upgrade.ts';
import { Upstream } from './upstream.ts';

/** What a proxy needs. */
export interface FaultProxyOptions {
  /** Base addresses of the servers behind it, one or more; asked in turn. */
  readonly servers: readonly string[];
  /** Timers of the story's clock: delays are told in its ms. */
  readonly clock: Pick<Clock, 'after'>;
  /** The server's wall clock, ms: answers that the proxy makes up are dated by it. */
  readonly serverNowMs: () => number;
  /** The device's name in the story for an `X-Device-Id`; without it, the id is the name. */
  readonly deviceOf?: (deviceId: string) => string;
  /** Told of each request that is handed to a server. */
  readonly onForward?: (call: CallName) => void;
}

/**
 * A line between devices and servers that loses, doubles, delays and forges whole HTTP transactions as a fault plan
 * says. It knows devices by `X-Device-Id` and calls by their path; requests that are no calls pass untouched.
 */
export class FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #upstream: Upstream;
  readonly #holds = new HoldBoard();
  readonly #overtaking = new Overtaking();
  readonly #open = new Set<Passenger>();
  /** Connections that have changed their protocol, by device. */
  readonly #upgraded = new Map<ProxiedUpgrade, string>();
  readonly #counts = new Map<string, RequestCounts>();
  readonly #server: Server;
  #plan: FaultPlan = noFaults;
  #latencyMs = 0;
  #closed = false;

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#upstream = new Upstream(options.servers);
    this.#server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** Starts a proxy on a free port of the loopback. Rejects when none can be opened. */
  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  /** Where devices find the server. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The faults that wait now. */
  get plan(): FaultPlan {
    return this.#plan;
  }

  /** Arms a fault for transactions that start from now on. */
  arm(setting: FaultSetting, scope: FaultScope = {}): void {
    this.#plan = arm(this.#plan, setting, scope);
  }

  /** Drops the faults armed for this device; all, when left out. */
  disarm(device?: string): void {
    this.#plan = disarm(this.#plan, device);
  }

  /** Cuts devices off without a word: nothing passes, and they notice only by their own timeouts. */
  partition(devices: readonly string[]): void {
    for (const device of devices) this.#plan = cutLine(this.#plan, { device, seen: 'silence' });
  }

  /** Takes a device's line away: its calls on the wire are reset now, though the server may have done their work. */
  takeOffline(device: string): void {
    this.#plan = cutLine(this.#plan, { device, seen: 'cut' });
    for (const passenger of this.#open) if (passenger.device === device) passenger.response.socket?.resetAndDestroy();
    for (const [upgraded, of] of this.#upgraded) if (of === device) upgraded.reset();
  }

  /** Gives a device (all, when left out) its line back, whatever took it. */
  mend(device?: string): void {
    this.#plan = mendLine(this.#plan, device);
  }

  /** Delays every leg that starts from now on by this much, ms of the story's clock, 0 or more. */
  setLatency(latencyMs: number): void {
    this.#latencyMs = latencyMs;
  }

  /** Lets the messages go on that wait under `name`; whether there were any. */
  release(name: string): boolean {
    return this.#holds.release(name);
  }

  /** The names under which messages wait. */
  held(): readonly string[] {
    return this.#holds.names();
  }

  /** How many requests of each call this device has sent, whatever became of them. */
  requests(device: string): Readonly<Record<CallName, number>> {
    return (this.#counts.get(device) ?? new RequestCounts()).read();
  }

  /** Sends requests to other servers from now on: after a restart on another port. */
  redirect(servers: readonly string[]): void {
    this.#upstream.redirect(servers);
  }

  /** Drops all connections, delays and holds. Nothing is forwarded after it. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const passenger of this.#open) passenger.cancel();
    for (const upgraded of this.#upgraded.keys()) upgraded.close();
    this.#holds.clear();
    this.#overtaking.clear();
    this.#upstream.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = message;
    let body: Buffer;
    try {
      body = await wholeBody(message);
    } catch {
      // The device gave up while it was still sending: there is nobody to answer.
      return;
    }
    const device = this.#deviceIn(message);
    const request = { method, url, headers, body };
    const passenger = passengerOf({ device: device ?? '', request, response });
    this.#open.add(passenger);
    try {
      await travel(passenger, this.#courseOf(passenger, device), this.#line());
    } finally {
      this.#open.delete(passenger);
    }
  }

  #deviceIn({ headers }: IncomingMessage): string | null {
    const id = headers['x-device-id'];
    return typeof id === 'string' ? (this.#options.deviceOf?.(id) ?? id) : null;
  }

  /** A cut line refuses, or says nothing; faults of requests touch none that change the protocol. */
  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const name = this.#deviceIn(request) ?? '';
    if (this.#closed || cutOf(this.#plan, name)?.seen === 'cut') {
      socket.destroy();
      return;
    }
    const line: UpgradeLine = {
      clock: this.#options.clock,
      latencyMs: () => this.#latencyMs,
      isSilent: () => cutOf(this.#plan, name) !== null,
      losesHint: () => {
        const { plan, isLost } = meetHint(this.#plan, { device: name });
        this.#plan = plan;
        return isLost;
      },
    };
    const upgraded = passUpgrade(
      { request, device: socket, head },
      { url: this.#upstream.next(), line, onEnd: () => this.#upgraded.delete(upgraded) },
    );
    this.#upgraded.set(upgraded, name);
  }

  #courseOf({ request }: Passenger, device: string | null) {
    const call = callOfRequest(request.method, request.url);
    if (call === null || device === null) return null;
    const counts = this.#counts.get(device) ?? new RequestCounts();
    this.#counts.set(device, counts);
    counts.add(call);
    const met = meet(this.#plan, { device, call, serverMs: this.#options.serverNowMs() });
    this.#plan = met.plan;
    return met.course;
  }

  #line(): Line {
    return {
      clock: this.#options.clock,
      holds: this.#holds,
      overtaking: this.#overtaking,
      latencyMs: this.#latencyMs,
      forward: (request) => {
        const call = callOfRequest(request.method, request.url);
        if (call !== null) this.#options.onForward?.(call);
        return this.#upstream.forward(request);
      },
      serverNowMs: this.#options.serverNowMs,
      plan: () => this.#plan,
      isClosed: () => this.#closed,
    };
  }
}
