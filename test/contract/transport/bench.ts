import { afterEach, beforeEach } from 'vitest';
import { fixedToken } from '../../../src/adapters/portable/token-fixed.ts';
import type { Call, CallOutcome, TokenSource, Transport } from '../../../src/ports/transport.ts';
import { type Answering, bare, type FaultServer, startFaultServer, whole } from '../../loopback/fault-server.ts';
import { type ManualTimers, manualTimers } from '../../loopback/manual-timers.ts';
import type { ContractOptions } from './transports.ts';

/** A fault server and transports to it; both are made anew for each test. */
export interface Bench {
  readonly server: FaultServer;
  readonly timers: ManualTimers;
  transportWith(part?: Partial<ContractOptions>): Transport;
  outcomeOf(transport: Transport, call?: Call): Promise<CallOutcome>;
  /** The outcome of one call that is answered so, over a new transport. */
  outcomeAfter(answering: Answering, call?: Call): Promise<CallOutcome>;
  /** For requests that must have been seen. */
  unseen(): never;
}

/** Sets up a bench before each test of the block that calls it, and takes it down afterwards. */
export function transportBench(make: (options: ContractOptions) => Transport): Bench {
  let server: FaultServer;
  let timers: ManualTimers;
  const open: Transport[] = [];
  beforeEach(async () => {
    server = await startFaultServer();
    timers = manualTimers();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((transport) => transport.close()));
    await server.close();
  });
  const transportWith: Bench['transportWith'] = (part = {}) => {
    const options = { baseUrl: server.url, tokens: fixedToken('t1'), clock: timers, requestTimeoutMs: 1_000 };
    const transport = make({ ...options, ...part });
    open.push(transport);
    return transport;
  };
  const outcomeOf: Bench['outcomeOf'] = (transport, call = callOf()) =>
    new Promise((resolve) => transport.send(call, resolve));
  return {
    get server() {
      return server;
    },
    get timers() {
      return timers;
    },
    transportWith,
    outcomeOf,
    outcomeAfter: (answering, call) => {
      server.next(answering);
      return outcomeOf(transportWith(), call);
    },
    unseen: () => {
      throw new Error('the request must have been seen');
    },
  };
}

/** A call of a kind, with a body that has all sorts of characters in it. */
export function callOf(part: Partial<Call> = {}): Call {
  const body = {
    deviceId: 'phone-1',
    changes: [{ id: 'c0' }, { id: 'c1', data: { notes: 'ruhig – 静か 🧘 \u0000' } }],
  };
  return { id: 'r1', name: 'push', deviceId: 'phone-1', schemaVersion: 7, body, ...part };
}

/** A JWT of this subject; the signature is of no interest to a device. */
export function jwt(sub: string, serial: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ sub, serial })}.signature${serial}`;
}

/** A source whose refreshes the test decides. */
export function refreshingSource(first: string, refresh: () => Promise<string | null>) {
  let held: string | null = first;
  let refreshes = 0;
  const source: TokenSource = {
    current: () => Promise.resolve(held),
    refresh: async () => {
      refreshes += 1;
      held = await refresh();
      return held;
    },
  };
  return { source, refreshes: () => refreshes };
}

/** Accepts only requests with this token. */
export function guarded(token: string): Answering {
  return (request, response) => {
    const good = request.headers.authorization === `Bearer ${token}`;
    (good ? whole({ body: '{"ok":true}' }) : bare(401, { 'www-authenticate': 'Bearer' }))(request, response);
  };
}

/** A promise and the means to settle it. */
export function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
