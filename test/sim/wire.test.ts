import { beforeEach, describe, expect, it } from 'vitest';
import type { Call, CallOutcome } from '../../src/ports/transport.ts';
import { Agenda } from '../../src/sim/agenda.ts';
import { Draws } from '../../src/sim/draws.ts';
import { Network } from '../../src/sim/network.ts';
import { Teller } from '../../src/stage/teller.ts';

const json = { 'content-type': 'application/json' };
let agenda: Agenda;
let network: Network;
let served: string[];
let begun: number[];
let outcomes: [number, CallOutcome][];
let isRunning: boolean;

beforeEach(() => {
  agenda = new Agenda();
  served = [];
  begun = [];
  outcomes = [];
  isRunning = true;
  const teller = new Teller(
    () => undefined,
    () => agenda.nowMs,
  );
  const site = {
    isRunning: () => isRunning,
    wallMs: () => agenda.nowMs,
    serve: (user: string, call: Call, begunMs: number) => {
      served.push(`${user} ${call.name} ${call.id}`);
      begun.push(begunMs);
      return { status: 200, headers: json, body: JSON.stringify({ n: served.length }) };
    },
  };
  network = new Network({ agenda, draws: new Draws('seed'), site, teller });
});

function push(id = 'c1'): { abort(): void } {
  const end = { device: 'phone', user: 'ana', requestTimeoutMs: 30_000, isAlive: () => true, isOnline: () => true };
  const call: Call = { id, name: 'push', deviceId: 'phone', schemaVersion: 1, body: { changes: [] } };
  return network
    .transportOf({ ...end, callName: (callId) => `phone.1.${callId}` })
    .send(call, (outcome) => outcomes.push([agenda.nowMs, outcome]));
}

/** Lets the world live for a while. */
function live(ms: number): void {
  const until = agenda.nowMs + ms;
  for (let next = agenda.nextAtMs(); next !== null && next <= until; next = agenda.nextAtMs()) agenda.step();
  agenda.skip(until - agenda.nowMs);
}

const kinds = (): string[] =>
  outcomes.map(([, outcome]) => (outcome.kind === 'failure' ? outcome.reason : outcome.kind));

describe('time on the wire', () => {
  it('an overtaken answer arrives after the next one, or alone at the end of its time', () => {
    network.setLatency(100);
    network.arm({ fault: 'reorder', withinMs: 5_000, leg: 'response' }, {});
    push('c1');
    live(50);
    push('c2');
    live(1_000);
    expect(outcomes.map(([atMs, outcome]) => [atMs, outcome.kind === 'answer' ? outcome.body : null])).toEqual([
      [250, { n: 2 }],
      [250, { n: 1 }],
    ]);
    network.arm({ fault: 'reorder', withinMs: 5_000, leg: 'request' }, {});
    push('c3');
    live(5_099);
    expect(served).toHaveLength(2);
    live(1);
    expect(served).toHaveLength(3);
  });

  it('a narrow line takes as long as the bytes need, and what is given up before its last byte never arrives', () => {
    network.setLatency(0);
    network.arm({ fault: 'bandwidth', bytesPerSec: 7 }, {});
    push();
    live(60_000);
    // {"changes":[]} and {"n":1} at 7 bytes in a second.
    expect(outcomes.map(([atMs]) => atMs)).toEqual([2_000 + 1_000]);
    network.arm({ fault: 'bandwidth', bytesPerSec: 7 }, {});
    push('c2').abort();
    live(60_000);
    expect([served.length, kinds()]).toEqual([1, ['answer', 'aborted']]);
  });

  it('a transaction that commits late keeps the time it began at, and dies with a server that stops', () => {
    network.setLatency(100);
    network.arm({ fault: 'late-commit', afterMs: 5_000 }, {});
    push('late');
    live(200);
    push('soon');
    live(10_000);
    expect(served).toEqual(['ana push soon', 'ana push late']);
    expect(begun).toEqual([300, 100]);
    network.arm({ fault: 'late-commit', afterMs: 5_000 }, {});
    push('lost');
    live(1_000);
    isRunning = false;
    live(10_000);
    expect([served.length, kinds().at(-1)]).toEqual([2, 'reset']);
  });
});
