import { describe, expect, test } from 'vitest';
import { callOf, transportBench } from './bench.ts';
import { transports } from './transports.ts';

describe.each(transports)('$name sends requests as the protocol says', ({ make }) => {
  const bench = transportBench(make);

  test('a call carries its headers, and its body as given', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await bench.outcomeOf(bench.transportWith({ baseUrl: `${bench.server.url}/base/` }), callOf({ traceparent }));
    expect(bench.server.seen).toHaveLength(1);
    const { method, path, headers, body } = bench.server.seen[0] ?? bench.unseen();
    expect({ method, path }).toEqual({ method: 'POST', path: '/base/api/sync/sync' });
    expect(headers).toMatchObject({
      authorization: 'Bearer t1',
      'x-device-id': 'phone-1',
      'x-protocol-version': '1',
      'x-schema-version': '7',
      'content-type': 'application/json',
      traceparent,
    });
    expect(headers['accept-encoding']).toMatch(/gzip/);
    expect(body.toString()).toBe(JSON.stringify(callOf().body));
  });

  test('a GET call puts its parts into the path, encoded', async () => {
    await bench.outcomeOf(
      bench.transportWith(),
      callOf({ name: 'history', body: { path: ['meditation', 'a/b ü?#%'] } }),
    );
    await bench.outcomeOf(bench.transportWith(), callOf({ name: 'devices', body: null }));
    expect(bench.server.seen.map(({ method, path, body }) => [method, path, body.length])).toEqual([
      ['GET', '/api/sync/history/meditation/a%2Fb%20%C3%BC%3F%23%25', 0],
      ['GET', '/api/sync/devices', 0],
    ]);
  });

  test.each(['..', '.', '', '\ud800'])('the part %j, which no path can hold, is never sent', async (part) => {
    const outcome = await bench.outcomeOf(
      bench.transportWith(),
      callOf({ name: 'history', body: { path: ['meditation', part] } }),
    );
    expect(outcome).toMatchObject({ kind: 'failure', reason: 'malformed' });
    expect(bench.server.seen).toHaveLength(0);
  });

  test('a server that says nothing of encodings gets plain bodies, also large ones', async () => {
    const call = callOf({ body: { changes: ['x'.repeat(5_000)] } });
    const transport = bench.transportWith();
    await bench.outcomeOf(transport, call);
    await bench.outcomeOf(transport, call);
    expect(bench.server.seen.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, undefined]);
  });
});
