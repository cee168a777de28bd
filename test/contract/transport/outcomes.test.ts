import { describe, expect, test } from 'vitest';
import type { Call, CallOutcome, Transport } from '../../../src/ports/transport.ts';
import { heldUntil, silence } from '../../loopback/fault-server.ts';
import { callOf, deferred, transportBench } from './bench.ts';
import { transports } from './transports.ts';

const json = { 'content-type': 'application/json' };

describe.each(transports)('$name gives one outcome per call', ({ make }) => {
  const bench = transportBench(make);

  test('done is never called inside send, whatever the call comes to', async () => {
    const closed = bench.transportWith();
    await closed.close();
    const cases: [Transport, Call][] = [
      [bench.transportWith(), callOf()],
      [bench.transportWith(), callOf({ name: 'history', body: { path: ['..'] } })],
      [closed, callOf()],
    ];
    for (const [transport, call] of cases) {
      let inside = true;
      await new Promise<void>((resolve) => {
        transport.send(call, () => {
          expect(inside).toBe(false);
          resolve();
        });
        inside = false;
      });
    }
  });

  test('a call without a whole answer in time is a timeout, and a late answer changes nothing', async () => {
    const gate = deferred<void>();
    bench.server.next(heldUntil(gate.promise));
    const outcomes: CallOutcome[] = [];
    const first = deferred<void>();
    bench.transportWith().send(callOf(), (outcome) => {
      outcomes.push(outcome);
      first.resolve();
    });
    await bench.server.whenSeen(1);
    bench.timers.elapse(999);
    expect(outcomes).toEqual([]);
    bench.timers.elapse(1);
    await first.promise;
    gate.resolve();
    await bench.server.whenEnded(1);
    expect(outcomes).toMatchObject([{ kind: 'failure', reason: 'timeout' }]);
  });

  test('a body that never ends is a timeout too', async () => {
    const started = deferred<void>();
    bench.server.next((_request, response) => {
      response.writeHead(200, json);
      response.write('{"results":[', () => started.resolve());
    });
    const outcome = bench.outcomeOf(bench.transportWith());
    await started.promise;
    bench.timers.elapse(1_000);
    expect(await outcome).toMatchObject({ kind: 'failure', reason: 'timeout' });
  });

  test('an aborted call is told so exactly once, and its connection is dropped', async () => {
    bench.server.next(silence);
    const outcomes: CallOutcome[] = [];
    const told = deferred<void>();
    const { abort } = bench.transportWith().send(callOf(), (outcome) => {
      outcomes.push(outcome);
      told.resolve();
    });
    await bench.server.whenSeen(1);
    abort();
    abort();
    expect(outcomes).toEqual([]);
    await told.promise;
    await bench.server.whenDropped(1);
    expect(outcomes).toMatchObject([{ kind: 'failure', reason: 'aborted' }]);
  });

  test('a call aborted at once is never sent', async () => {
    const transport = bench.transportWith();
    const outcome = await new Promise<CallOutcome>((resolve) => transport.send(callOf(), resolve).abort());
    expect(outcome).toMatchObject({ kind: 'failure', reason: 'aborted' });
    await bench.outcomeOf(transport, callOf({ name: 'pull' }));
    expect(bench.server.seen.map(({ path }) => path)).toEqual(['/api/sync/changes']);
  });

  test('an abort after the answer changes nothing, and no timer is left', async () => {
    const outcomes: CallOutcome[] = [];
    const told = deferred<void>();
    const { abort } = bench.transportWith().send(callOf(), (outcome) => {
      outcomes.push(outcome);
      told.resolve();
    });
    await told.promise;
    expect(bench.timers.pending()).toBe(0);
    abort();
    bench.timers.elapse(10_000);
    await Promise.resolve();
    expect(outcomes).toMatchObject([{ kind: 'answer' }]);
  });

  test('close ends all calls before it resolves, and refuses later ones', async () => {
    bench.server.next(silence, silence);
    const transport = bench.transportWith();
    const outcomes: CallOutcome[] = [];
    for (const name of ['push', 'pull'] as const) transport.send(callOf({ name }), (outcome) => outcomes.push(outcome));
    await bench.server.whenSeen(2);
    await transport.close();
    expect(outcomes).toMatchObject([{ reason: 'aborted' }, { reason: 'aborted' }]);
    await bench.server.whenDropped(2);
    expect(await bench.outcomeOf(transport)).toMatchObject({ kind: 'failure', reason: 'aborted' });
    expect(bench.server.seen).toHaveLength(2);
  });
});
