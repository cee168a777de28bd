import { describe, expect, test } from 'vitest';
import { fixedToken } from '../../../src/adapters/portable/token-fixed.ts';
import type { TokenSource } from '../../../src/ports/transport.ts';
import { bare, heldUntil, whole } from '../../loopback/fault-server.ts';
import { callOf, deferred, guarded, jwt, refreshingSource, transportBench } from './bench.ts';
import { transports } from './transports.ts';

const problemJson = { 'content-type': 'application/problem+json; charset=utf-8' };

describe.each(transports)('$name asks for tokens', ({ make }) => {
  const bench = transportBench(make);

  const t1 = jwt('ana', 1);
  const t2 = jwt('ana', 2);

  test('all calls that get 401 share one refresh, and each repeats once', async () => {
    const gate = deferred<string | null>();
    const { source, refreshes } = refreshingSource(t1, () => gate.promise);
    bench.server.next(...Array.from({ length: 10 }, () => guarded(t2)));
    const transport = bench.transportWith({ tokens: source });
    const outcomes = ['a', 'b', 'c', 'd', 'e'].map((id) => bench.outcomeOf(transport, callOf({ id })));
    await bench.server.whenSeen(5);
    gate.resolve(t2);
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(Array(5).fill('answer'));
    expect(refreshes()).toBe(1);
    expect(bench.server.seen).toHaveLength(10);
    expect(
      bench.server.seen.slice(5).every(({ body }) => body.equals(bench.server.seen[0]?.body ?? bench.unseen())),
    ).toBe(true);
  });

  test('a call whose older token is refused repeats with the current one, without a refresh', async () => {
    const gate = deferred<void>();
    const { source, refreshes } = refreshingSource(t1, () => Promise.resolve(t2));
    bench.server.next(heldUntil(gate.promise, guarded(t2)), ...Array.from({ length: 3 }, () => guarded(t2)));
    const transport = bench.transportWith({ tokens: source });
    const slow = bench.outcomeOf(transport);
    await bench.server.whenSeen(1);
    expect(await bench.outcomeOf(transport)).toMatchObject({ kind: 'answer' });
    gate.resolve();
    expect(await slow).toMatchObject({ kind: 'answer' });
    expect(refreshes()).toBe(1);
    expect(bench.server.seen).toHaveLength(4);
  });

  test('a renewed token that is refused as well is unauthenticated', async () => {
    const { source, refreshes } = refreshingSource(t1, () => Promise.resolve(t2));
    bench.server.next(guarded('no one'), guarded('no one'));
    expect(await bench.outcomeOf(bench.transportWith({ tokens: source }))).toMatchObject({ kind: 'unauthenticated' });
    expect([bench.server.seen.length, refreshes()]).toEqual([2, 1]);
  });

  test('401 with a page refreshes when it asks for a bearer token', async () => {
    const headers = { 'content-type': 'text/html', 'www-authenticate': 'Bearer error="invalid_token"' };
    const { source } = refreshingSource(t1, () => Promise.resolve(t2));
    bench.server.next(whole({ status: 401, headers, body: '<html>Sign in</html>' }), guarded(t2));
    expect(await bench.outcomeOf(bench.transportWith({ tokens: source }))).toMatchObject({ kind: 'answer' });
  });

  test('401 with a problem document refreshes as a bare one does', async () => {
    const { source } = refreshingSource(t1, () => Promise.resolve(t2));
    bench.server.next(whole({ status: 401, headers: problemJson, body: '{"code":"unauthenticated"}' }), guarded(t2));
    expect(await bench.outcomeOf(bench.transportWith({ tokens: source }))).toMatchObject({ kind: 'answer' });
  });

  test('a refused refresh is unauthenticated, an unreachable issuer a failure', async () => {
    bench.server.next(guarded(t2), guarded(t2));
    const refused = refreshingSource(t1, () => Promise.resolve(null));
    expect(await bench.outcomeOf(bench.transportWith({ tokens: refused.source }))).toMatchObject({
      kind: 'unauthenticated',
    });
    const gone = refreshingSource(t1, () => Promise.reject(new Error(`cannot refresh ${t1}`)));
    const outcome = await bench.outcomeOf(bench.transportWith({ tokens: gone.source }));
    expect(outcome).toMatchObject({ kind: 'failure', reason: 'unreachable' });
    expect(JSON.stringify(outcome)).not.toContain(t1);
    expect(bench.server.seen).toHaveLength(2);
  });

  test('signed out, nothing is sent', async () => {
    const tokens: TokenSource = { current: () => Promise.resolve(null), refresh: () => Promise.resolve(t2) };
    expect(await bench.outcomeOf(bench.transportWith({ tokens }))).toMatchObject({ kind: 'unauthenticated' });
    expect(bench.server.seen).toHaveLength(0);
  });

  test('a token of another user is never sent', async () => {
    const { source } = refreshingSource(t1, () => Promise.resolve(jwt('ben', 1)));
    bench.server.next(guarded(t2));
    const transport = bench.transportWith({ tokens: source });
    expect(await bench.outcomeOf(transport)).toMatchObject({ kind: 'unauthenticated' });
    expect(await bench.outcomeOf(transport)).toMatchObject({ kind: 'unauthenticated' });
    const other = bench.transportWith({ tokens: fixedToken(t1), subject: 'ben' });
    expect(await bench.outcomeOf(other)).toMatchObject({ kind: 'unauthenticated' });
    expect(bench.server.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${t1}`]);
  });

  test('a token source that never answers is a timeout', async () => {
    const asked = deferred<void>();
    const current = (): Promise<string | null> => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const tokens = { current, refresh: () => Promise.resolve(null) };
    const outcome = bench.outcomeOf(bench.transportWith({ tokens }));
    await asked.promise;
    bench.timers.elapse(1_000);
    expect(await outcome).toMatchObject({ kind: 'failure', reason: 'timeout' });
  });

  test('no outcome tells a token, also when the server or the client quotes it', async () => {
    const header = `Bearer error="invalid_token", error_description="${t1} has expired"`;
    bench.server.next(bare(401, { 'www-authenticate': header }), bare(401, { 'www-authenticate': header }));
    const repeated = refreshingSource(t2, () => Promise.resolve(t1));
    const quoted = await bench.outcomeOf(bench.transportWith({ tokens: repeated.source }));
    expect(quoted).toMatchObject({ kind: 'unauthenticated', detail: expect.stringContaining('has expired') });
    expect(JSON.stringify(quoted)).not.toContain(t1);
    const unfit = await bench.outcomeOf(bench.transportWith({ tokens: fixedToken(`${t1}\nX: y`) }));
    expect(unfit).toMatchObject({ kind: 'unauthenticated' });
    expect(JSON.stringify(unfit)).not.toContain(t1);
  });
});
