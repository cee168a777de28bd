import { beforeEach, describe, expect, it } from 'vitest';
import type { Call, CallOutcome } from '../../src/ports/transport.ts';
import { Agenda } from '../../src/sim/agenda.ts';
import { Draws } from '../../src/sim/draws.ts';
import { Network } from '../../src/sim/network.ts';
import type { LineEnd } from '../../src/stage/phone-world.ts';
import { Teller } from '../../src/stage/teller.ts';
import type { TraceRecord } from '../../src/trace/record.ts';

const json = { 'content-type': 'application/json' };
let agenda: Agenda;
let network: Network;
let served: string[];
let outcomes: [number, CallOutcome][];
let trace: TraceRecord[];
let phone: { online: boolean; alive: boolean };
let isRunning: boolean;

beforeEach(() => {
  agenda = new Agenda();
  served = [];
  outcomes = [];
  trace = [];
  phone = { online: true, alive: true };
  isRunning = true;
  const teller = new Teller(
    (record) => trace.push(record),
    () => agenda.nowMs,
  );
  const site = {
    isRunning: () => isRunning,
    wallMs: () => agenda.nowMs,
    serve: (user: string, call: Call) => {
      served.push(`${user} ${call.name} ${call.id}`);
      return { status: 200, headers: json, body: JSON.stringify({ n: served.length }) };
    },
  };
  network = new Network({ agenda, draws: new Draws('seed'), site, teller });
});

function end(): LineEnd {
  return {
    device: 'phone',
    user: 'ana',
    requestTimeoutMs: 30_000,
    isAlive: () => phone.alive,
    isOnline: () => phone.online,
    callName: (id) => `phone.1.${id}`,
  };
}

function push(id = 'c1'): { abort(): void } {
  const call: Call = { id, name: 'push', deviceId: 'phone', schemaVersion: 1, body: { changes: [] } };
  return network.transportOf(end()).send(call, (outcome) => outcomes.push([agenda.nowMs, outcome]));
}

/** Lets the world live for a while. */
function live(ms: number): void {
  const until = agenda.nowMs + ms;
  for (let next = agenda.nextAtMs(); next !== null && next <= until; next = agenda.nextAtMs()) agenda.step();
  agenda.skip(until - agenda.nowMs);
}

const kinds = (): string[] =>
  outcomes.map(([, outcome]) => (outcome.kind === 'failure' ? outcome.reason : outcome.kind));

describe('a call on a healthy line', () => {
  it('takes its way there and back, and is answered once', () => {
    push();
    expect(outcomes).toEqual([]);
    live(60_000);
    expect(outcomes).toHaveLength(1);
    const [atMs, outcome] = outcomes[0] as [number, CallOutcome];
    expect(outcome).toEqual({ kind: 'answer', body: { n: 1 }, bytes: 7 });
    expect(atMs).toBeGreaterThanOrEqual(30);
    expect(atMs).toBeLessThan(110);
  });

  it('takes exactly the latency that was set', () => {
    network.setLatency(200);
    push();
    live(1_000);
    expect(outcomes.map(([atMs]) => atMs)).toEqual([400]);
  });
});

describe('a call without a way', () => {
  it('fails as unreachable while the phone is offline, and the server sees nothing', () => {
    phone.online = false;
    push();
    live(60_000);
    expect(kinds()).toEqual(['unreachable']);
    expect(served).toEqual([]);
  });

  it('fails as unreachable while the server is stopped', () => {
    isRunning = false;
    push();
    live(60_000);
    expect(kinds()).toEqual(['unreachable']);
  });

  it('hangs under a partition until it times out', () => {
    network.partition(['phone']);
    push();
    live(29_999);
    expect(outcomes).toEqual([]);
    live(1);
    expect(kinds()).toEqual(['timeout']);
    expect(served).toEqual([]);
    network.heal();
    push('c2');
    live(1_000);
    expect(kinds()).toEqual(['timeout', 'answer']);
  });

  it('is reset when the line is cut while it is on the wire; its effect may have happened', () => {
    network.setLatency(100);
    push();
    live(150);
    network.setOnline('phone', false);
    live(60_000);
    expect(kinds()).toEqual(['reset']);
    expect(served).toHaveLength(1);
    expect(trace.filter(({ kind }) => kind === 'dropped')).toHaveLength(1);
  });

  it('tells an aborting caller so, in an event of its own', () => {
    const running = push();
    running.abort();
    expect(outcomes).toEqual([]);
    live(60_000);
    expect(kinds()).toEqual(['aborted']);
  });
});

describe('a killed device', () => {
  it('hears nothing of what was on the wire', () => {
    network.setLatency(100);
    push();
    live(150);
    phone.alive = false;
    network.forget('phone');
    live(60_000);
    expect(served).toHaveLength(1);
    expect(outcomes).toEqual([]);
    expect(trace.find(({ kind }) => kind === 'dropped')?.data).toEqual({
      callId: 'phone.1.c1',
      reason: 'earlier life',
    });
  });
});

describe('faults', () => {
  it('a lost request never reaches the server, a lost response does', () => {
    network.arm({ fault: 'lose-request', silent: false }, { device: 'phone' });
    push('c1');
    live(1_000);
    expect([served.length, kinds()]).toEqual([0, ['reset']]);
    network.arm({ fault: 'lose-response', silent: false }, { device: 'phone' });
    push('c2');
    live(1_000);
    expect([served.length, kinds()]).toEqual([1, ['reset', 'reset']]);
  });

  it('a silent loss is noticed by the timeout only', () => {
    network.arm({ fault: 'lose-response', silent: true }, { device: 'phone' });
    push();
    live(29_999);
    expect(kinds()).toEqual([]);
    live(1);
    expect(kinds()).toEqual(['timeout']);
  });

  it('a duplicate is served twice and answered once', () => {
    network.arm({ fault: 'duplicate', afterMs: 5_000 }, {});
    push();
    live(1_000);
    expect([served.length, kinds()]).toEqual([1, ['answer']]);
    live(10_000);
    expect([served.length, kinds()]).toEqual([2, ['answer']]);
  });

  it('a held message goes on when its name is released, once', () => {
    network.arm({ fault: 'hold', name: 'gate', leg: 'request' }, {});
    push();
    live(10_000);
    expect([served.length, kinds()]).toEqual([0, []]);
    expect(network.release('other')).toBe(false);
    expect(network.release('gate')).toBe(true);
    expect(network.release('gate')).toBe(false);
    live(1_000);
    expect([served.length, kinds()]).toEqual([1, ['answer']]);
  });

  it('a refused token is renewed once for the call; a second refusal is final', () => {
    const refusal = {
      fault: 'status',
      status: 401,
      code: null,
      retryAfterMs: null,
      dated: false,
      headers: {},
      body: '',
      leg: 'request',
    } as const;
    network.arm(refusal, {});
    push();
    live(1_000);
    expect([served.length, kinds()]).toEqual([1, ['answer']]);
    network.arm(refusal, { times: 2 });
    push('c2');
    live(1_000);
    expect([served.length, kinds()]).toEqual([1, ['answer', 'unauthenticated']]);
  });

  it('a truncated answer is malformed', () => {
    network.arm({ fault: 'truncate', keepPercent: 50 }, {});
    push();
    live(1_000);
    expect(kinds()).toEqual(['malformed']);
  });

  it('each fault that strikes is told, with the call it struck', () => {
    network.arm({ fault: 'lose-request', silent: false }, { device: 'phone', call: 'push' });
    push();
    live(1_000);
    expect(trace.filter(({ kind }) => kind === 'fault').map(({ data }) => data)).toEqual([
      { fault: 'lose-request', options: { silent: false }, call: 'push', callId: 'phone.1.c1' },
    ]);
  });
});

describe('an expired token', () => {
  const refusal = {
    fault: 'status',
    status: 401,
    code: null,
    retryAfterMs: null,
    dated: false,
    headers: {},
    body: null,
    leg: 'request',
  } as const;

  it('is renewed once for all calls that were refused with it or begin meanwhile', () => {
    network.setRenewal('phone', 3_000);
    network.arm(refusal, { device: 'phone', times: 2 });
    push('c1');
    push('c2');
    live(1_000);
    push('c3');
    live(1_500);
    expect([served, kinds()]).toEqual([[], []]);
    live(1_500);
    expect(kinds()).toEqual(['answer', 'answer', 'answer']);
    expect(network.renewals('phone')).toBe(1);
  });

  it('that is not renewed ends the calls that wait for it', () => {
    network.setRenewal('phone', null);
    network.arm(refusal, { device: 'phone' });
    push();
    live(60_000);
    expect([kinds(), served, network.renewals('phone')]).toEqual([['unauthenticated'], [], 1]);
  });

  it('is not renewed for a process that was killed meanwhile', () => {
    network.setRenewal('phone', 3_000);
    network.arm(refusal, { device: 'phone' });
    push();
    live(1_000);
    network.forget('phone');
    push('c2');
    live(60_000);
    expect(served).toEqual(['ana push c2']);
  });
});

describe('a deferred request', () => {
  it('is answered without verdicts, and reaches the server later', () => {
    network.arm({ fault: 'defer', afterMs: 30_000 }, { device: 'phone' });
    push();
    live(20_000);
    expect([kinds(), served]).toEqual([['malformed'], []]);
    live(20_000);
    expect([kinds(), served]).toEqual([['malformed'], ['ana push c1']]);
  });
});
