import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixedToken } from '../../src/adapters/portable/token-fixed.ts';
import type { TransportOptions } from '../../src/adapters/portable/transport-over-wire.ts';
import type { Call, CallOutcome, TokenSource, Transport } from '../../src/ports/transport.ts';
import {
  type Answering,
  bare,
  cutHalfWay,
  type FaultServer,
  hangUp,
  heldUntil,
  rawBytes,
  silence,
  startFaultServer,
  whole,
} from '../loopback/fault-server.ts';
import { type ManualTimers, manualTimers } from '../loopback/manual-timers.ts';

/** What the suite asks a transport to be made of. */
export interface ContractOptions extends TransportOptions {
  readonly baseUrl: string;
}

const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
const json = { 'content-type': 'application/json' };
const problemJson = { 'content-type': 'application/problem+json; charset=utf-8' };
const html = { 'content-type': 'text/html' };

/** A call of a kind, with a body that has all sorts of characters in it. */
function callOf(part: Partial<Call> = {}): Call {
  const body = {
    deviceId: 'phone-1',
    changes: [{ id: 'c0' }, { id: 'c1', data: { notes: 'ruhig – 静か 🧘 \u0000' } }],
  };
  return { id: 'r1', name: 'push', deviceId: 'phone-1', schemaVersion: 7, body, ...part };
}

/** A JWT of this subject; the signature is of no interest to a device. */
function jwt(sub: string, serial: number): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ sub, serial })}.signature${serial}`;
}

/** A source whose refreshes the test decides. */
function refreshingSource(first: string, refresh: () => Promise<string | null>) {
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
function guarded(token: string): Answering {
  return (request, response) => {
    const good = request.headers.authorization === `Bearer ${token}`;
    (good ? whole({ body: '{"ok":true}' }) : bare(401, { 'www-authenticate': 'Bearer' }))(request, response);
  };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** The contract of `ports/transport` and the status table of the protocol, for any transport over HTTP. */
export function transportContract(name: string, make: (options: ContractOptions) => Transport): void {
  describe(`${name} keeps the transport's contract`, () => {
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

    function transportWith(part: Partial<ContractOptions> = {}): Transport {
      const options = { baseUrl: server.url, tokens: fixedToken('t1'), clock: timers, requestTimeoutMs: 1_000 };
      const transport = make({ ...options, ...part });
      open.push(transport);
      return transport;
    }

    function outcomeOf(transport: Transport, call = callOf()): Promise<CallOutcome> {
      return new Promise((resolve) => transport.send(call, resolve));
    }

    function outcomeAfter(answering: Answering, call = callOf()): Promise<CallOutcome> {
      server.next(answering);
      return outcomeOf(transportWith(), call);
    }

    describe('requests', () => {
      test('a call carries its headers, and its body as given', async () => {
        const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
        await outcomeOf(transportWith({ baseUrl: `${server.url}/base/` }), callOf({ traceparent }));
        expect(server.seen).toHaveLength(1);
        const { method, path, headers, body } = server.seen[0] ?? never();
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
        await outcomeOf(transportWith(), callOf({ name: 'history', body: ['meditation', 'a/b ü?#%'] }));
        await outcomeOf(transportWith(), callOf({ name: 'devices', body: null }));
        expect(server.seen.map(({ method, path, body }) => [method, path, body.length])).toEqual([
          ['GET', '/api/sync/history/meditation/a%2Fb%20%C3%BC%3F%23%25', 0],
          ['GET', '/api/sync/devices', 0],
        ]);
      });

      test.each(['..', '.', '', '\ud800'])('the part %j, which no path can hold, is never sent', async (part) => {
        const outcome = await outcomeOf(transportWith(), callOf({ name: 'history', body: ['meditation', part] }));
        expect(outcome).toMatchObject({ kind: 'failure', reason: 'malformed' });
        expect(server.seen).toHaveLength(0);
      });

      test('a server that says nothing of encodings gets plain bodies, also large ones', async () => {
        const call = callOf({ body: { changes: ['x'.repeat(5_000)] } });
        const transport = transportWith();
        await outcomeOf(transport, call);
        await outcomeOf(transport, call);
        expect(server.seen.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, undefined]);
      });
    });

    describe('answers', () => {
      test('200 with JSON is the answer, with the bytes of its body', async () => {
        const body = '{"epoch":"e1","results":[],"word":"静か"}';
        const outcome = await outcomeAfter(
          whole({ body, headers: { 'content-type': 'application/json; charset=utf-8' } }),
        );
        expect(outcome).toEqual({ kind: 'answer', body: JSON.parse(body), bytes: Buffer.byteLength(body) });
      });

      test.each([
        ['gzip', gzipSync],
        ['br', brotliCompressSync],
        ['deflate', deflateSync],
      ])('an answer in %s is decoded', async (encoding, encode) => {
        const body = JSON.stringify({ changes: Array.from({ length: 500 }, (_, at) => `row ${at}`) });
        const headers = { 'content-encoding': encoding };
        const outcome = await outcomeAfter(whole({ body: encode(Buffer.from(body)), headers }));
        expect(outcome).toEqual({ kind: 'answer', body: JSON.parse(body), bytes: Buffer.byteLength(body) });
      });

      test.each<[string, Answering]>([
        ['404 with a problem', whole({ status: 404, body: '{"code":"not_found"}', headers: problemJson })],
        ['405', bare(405, { allow: 'GET' })],
        ['HTML with status 200', whole({ body: '<html>Welcome</html>', headers: html })],
        ['HTML with status 502', whole({ status: 502, body: '<html>Bad gateway</html>', headers: html })],
        ['HTML with status 401', whole({ status: 401, body: '<html>Sign in</html>', headers: html })],
        ['HTML with status 503', whole({ status: 503, body: '<html>Busy</html>', headers: html })],
        ['JSON called HTML', whole({ body: '{}', headers: html })],
        ['HTML called JSON', whole({ body: '<html>' })],
        ['JSON without a content type', bare(200, {}, '{}')],
        ['a problem document with status 200', whole({ body: '{"code":"internal"}', headers: problemJson })],
        ['truncated JSON', whole({ body: '{"results":[{"id":"c1","status":"appl' })],
        ['truncated JSON with status 409', whole({ status: 409, body: '{"code":"device_f', headers: problemJson })],
        ['an empty 200', whole({ body: '' })],
        ['202', whole({ status: 202, body: '{}' })],
        ['204', bare(204)],
        ['a redirect', bare(302, { location: '/elsewhere' })],
        ['bytes that are no HTTP', rawBytes('SSH-2.0-OpenSSH_9.6\r\n')],
        ['broken gzip', whole({ body: 'not gzip at all', headers: { 'content-encoding': 'gzip' } })],
      ])('%s is a failure of the transport', async (_name, answering) => {
        expect(await outcomeAfter(answering)).toMatchObject({ kind: 'failure', reason: 'malformed' });
        expect(server.seen).toHaveLength(1);
      });

      test.each<[string, Answering]>([
        ['closed without an answer', hangUp('close')],
        ['reset', hangUp('reset')],
        ['closed half-way through the body', cutHalfWay(`{"results":[${'1,'.repeat(5_000)}1]}`)],
      ])('a connection that is %s is a reset, and nothing is sent again', async (_name, answering) => {
        expect(await outcomeAfter(answering)).toMatchObject({ kind: 'failure', reason: 'reset' });
        expect(server.seen).toHaveLength(1);
      });

      test('a kept connection that breaks is not tried again either', async () => {
        const transport = transportWith();
        await outcomeOf(transport);
        server.next(hangUp('reset'));
        expect(await outcomeOf(transport)).toMatchObject({ kind: 'failure', reason: 'reset' });
        expect(server.seen).toHaveLength(2);
      });

      test('a port where nobody listens is unreachable', async () => {
        const gone = await startFaultServer();
        await gone.close();
        const outcome = await outcomeOf(transportWith({ baseUrl: gone.url }));
        expect(outcome).toMatchObject({ kind: 'failure', reason: 'unreachable' });
      });
    });

    describe('problems', () => {
      test.each([
        [400, 'invalid_request'],
        [403, 'forbidden'],
        [409, 'in_progress'],
        [410, 'cursor_expired'],
        [413, 'body_too_large'],
        [415, 'unsupported_media_type'],
        [422, 'invalid_request'],
        [426, 'update_required'],
        [429, 'too_many_requests'],
        [500, 'internal'],
        [502, 'unavailable'],
        [503, 'unavailable'],
        [504, 'unavailable'],
      ])('a bare %i is a problem with code %s', async (status, code) => {
        const outcome = await outcomeAfter(bare(status, status === 426 ? { upgrade: 'HTTP/2.0' } : {}));
        expect(outcome).toMatchObject({ kind: 'problem', status, problem: { code }, retryAfterMs: null });
        expect(server.seen).toHaveLength(1);
      });

      test.each([
        [409, 'device_forked'],
        [410, 'epoch_changed'],
        [410, 'device_unknown'],
        [410, 'user_erased'],
        [422, 'group_incomplete'],
        [503, 'a_code_of_tomorrow'],
      ])('a %i problem document keeps its code %s', async (status, code) => {
        const body = JSON.stringify({ type: 'about:blank', title: 'T', detail: 'D', status, code, changeId: 'c1' });
        const outcome = await outcomeAfter(whole({ status, headers: problemJson, body }));
        expect(outcome).toMatchObject({ kind: 'problem', status, problem: { code, changeId: 'c1', detail: 'D' } });
      });

      test('members of a wrong type are left out, unknown ones stay', async () => {
        const body = '{"code":7,"title":null,"limit":"big","status":-1,"traceId":"00-ab-cd-00"}';
        const outcome = await outcomeAfter(whole({ status: 400, headers: problemJson, body }));
        expect(outcome).toMatchObject({
          kind: 'problem',
          problem: { code: 'invalid_request', traceId: '00-ab-cd-00' },
        });
        expect(outcome).not.toHaveProperty('problem.limit');
        expect(outcome).not.toHaveProperty('problem.title');
      });

      test('413 is a problem whatever came with it, and says the limit if it can', async () => {
        const page = await outcomeAfter(whole({ status: 413, body: '<html>Too large</html>', headers: html }));
        expect(page).toMatchObject({ kind: 'problem', status: 413, problem: { code: 'body_too_large' } });
        const body = '{"code":"body_too_large","limit":4194304}';
        const told = await outcomeAfter(whole({ status: 413, body, headers: problemJson }));
        expect(told).toMatchObject({ kind: 'problem', problem: { limit: 4_194_304 } });
      });

      test.each([
        ['Changes[1].Data.Rating', 'c1'],
        ['$.changes[1].data.rating', 'c1'],
        ['$', undefined],
        ['EpochId', undefined],
        ['$.changes[9]', undefined],
      ])('a validation problem of .NET under %s is a problem by status', async (key, changeId) => {
        const title = 'One or more validation errors occurred.';
        const body = JSON.stringify({ title, status: 400, errors: { [key]: ['Must be from 1 to 5.'] } });
        const outcome = await outcomeAfter(whole({ status: 400, headers: problemJson, body }));
        expect(outcome).toMatchObject({ kind: 'problem', problem: { code: 'invalid_request', title } });
        expect(outcome.kind === 'problem' && outcome.problem.changeId).toBe(changeId);
      });

      test.each([
        ['10', 10_000],
        ['0', 0],
        ['Sun, 06 Nov 1994 08:50:07 GMT', 30_000],
        ['Sun, 06 Nov 1994 08:49:07 GMT', 0],
        ['99999999999', 86_400_000],
        ['-5', null],
        ['soon', null],
      ])('Retry-After %s is %s ms by the clock of the server', async (retryAfter, retryAfterMs) => {
        const headers = { ...problemJson, date, 'retry-after': retryAfter };
        const body = '{"code":"too_many_requests"}';
        const outcome = await outcomeAfter(whole({ status: 429, headers, body }));
        expect(outcome).toMatchObject({ kind: 'problem', retryAfterMs });
      });
    });

    describe('outcomes', () => {
      test('done is never called inside send, whatever the call comes to', async () => {
        const closed = transportWith();
        await closed.close();
        const cases: [Transport, Call][] = [
          [transportWith(), callOf()],
          [transportWith(), callOf({ name: 'history', body: ['..'] })],
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
        server.next(heldUntil(gate.promise));
        const outcomes: CallOutcome[] = [];
        const first = deferred<void>();
        transportWith().send(callOf(), (outcome) => {
          outcomes.push(outcome);
          first.resolve();
        });
        await server.whenSeen(1);
        timers.elapse(999);
        expect(outcomes).toEqual([]);
        timers.elapse(1);
        await first.promise;
        gate.resolve();
        await server.whenEnded(1);
        expect(outcomes).toMatchObject([{ kind: 'failure', reason: 'timeout' }]);
      });

      test('a body that never ends is a timeout too', async () => {
        const started = deferred<void>();
        server.next((_request, response) => {
          response.writeHead(200, json);
          response.write('{"results":[', () => started.resolve());
        });
        const outcome = outcomeOf(transportWith());
        await started.promise;
        timers.elapse(1_000);
        expect(await outcome).toMatchObject({ kind: 'failure', reason: 'timeout' });
      });

      test('an aborted call is told so exactly once, and its connection is dropped', async () => {
        server.next(silence);
        const outcomes: CallOutcome[] = [];
        const told = deferred<void>();
        const { abort } = transportWith().send(callOf(), (outcome) => {
          outcomes.push(outcome);
          told.resolve();
        });
        await server.whenSeen(1);
        abort();
        abort();
        expect(outcomes).toEqual([]);
        await told.promise;
        await server.whenDropped(1);
        expect(outcomes).toMatchObject([{ kind: 'failure', reason: 'aborted' }]);
      });

      test('a call aborted at once is never sent', async () => {
        const transport = transportWith();
        const outcome = await new Promise<CallOutcome>((resolve) => transport.send(callOf(), resolve).abort());
        expect(outcome).toMatchObject({ kind: 'failure', reason: 'aborted' });
        await outcomeOf(transport, callOf({ name: 'pull' }));
        expect(server.seen.map(({ path }) => path)).toEqual(['/api/sync/changes']);
      });

      test('an abort after the answer changes nothing, and no timer is left', async () => {
        const outcomes: CallOutcome[] = [];
        const told = deferred<void>();
        const { abort } = transportWith().send(callOf(), (outcome) => {
          outcomes.push(outcome);
          told.resolve();
        });
        await told.promise;
        abort();
        timers.elapse(10_000);
        await Promise.resolve();
        expect(outcomes).toMatchObject([{ kind: 'answer' }]);
        expect(timers.pending()).toBe(0);
      });

      test('close ends all calls before it resolves, and refuses later ones', async () => {
        server.next(silence, silence);
        const transport = transportWith();
        const outcomes: CallOutcome[] = [];
        for (const name of ['push', 'pull'] as const)
          transport.send(callOf({ name }), (outcome) => outcomes.push(outcome));
        await server.whenSeen(2);
        await transport.close();
        expect(outcomes).toMatchObject([{ reason: 'aborted' }, { reason: 'aborted' }]);
        await server.whenDropped(2);
        expect(await outcomeOf(transport)).toMatchObject({ kind: 'failure', reason: 'aborted' });
        expect(server.seen).toHaveLength(2);
      });
    });

    describe('tokens', () => {
      const t1 = jwt('ana', 1);
      const t2 = jwt('ana', 2);

      test('all calls that get 401 share one refresh, and each repeats once', async () => {
        const gate = deferred<string | null>();
        const { source, refreshes } = refreshingSource(t1, () => gate.promise);
        server.next(...Array.from({ length: 10 }, () => guarded(t2)));
        const transport = transportWith({ tokens: source });
        const outcomes = ['a', 'b', 'c', 'd', 'e'].map((id) => outcomeOf(transport, callOf({ id })));
        await server.whenSeen(5);
        gate.resolve(t2);
        expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(Array(5).fill('answer'));
        expect(refreshes()).toBe(1);
        expect(server.seen).toHaveLength(10);
        expect(server.seen.slice(5).every(({ body }) => body.equals(server.seen[0]?.body ?? never()))).toBe(true);
      });

      test('a call whose older token is refused repeats with the current one, without a refresh', async () => {
        const gate = deferred<void>();
        const { source, refreshes } = refreshingSource(t1, () => Promise.resolve(t2));
        server.next(heldUntil(gate.promise, guarded(t2)), ...Array.from({ length: 3 }, () => guarded(t2)));
        const transport = transportWith({ tokens: source });
        const slow = outcomeOf(transport);
        await server.whenSeen(1);
        expect(await outcomeOf(transport)).toMatchObject({ kind: 'answer' });
        gate.resolve();
        expect(await slow).toMatchObject({ kind: 'answer' });
        expect(refreshes()).toBe(1);
        expect(server.seen).toHaveLength(4);
      });

      test('a renewed token that is refused as well is unauthenticated', async () => {
        const { source, refreshes } = refreshingSource(t1, () => Promise.resolve(t2));
        server.next(guarded('no one'), guarded('no one'));
        expect(await outcomeOf(transportWith({ tokens: source }))).toMatchObject({ kind: 'unauthenticated' });
        expect([server.seen.length, refreshes()]).toEqual([2, 1]);
      });

      test('401 with a problem document refreshes as a bare one does', async () => {
        const { source } = refreshingSource(t1, () => Promise.resolve(t2));
        server.next(whole({ status: 401, headers: problemJson, body: '{"code":"unauthenticated"}' }), guarded(t2));
        expect(await outcomeOf(transportWith({ tokens: source }))).toMatchObject({ kind: 'answer' });
      });

      test('a refused refresh is unauthenticated, an unreachable issuer a failure', async () => {
        server.next(guarded(t2), guarded(t2));
        const refused = refreshingSource(t1, () => Promise.resolve(null));
        expect(await outcomeOf(transportWith({ tokens: refused.source }))).toMatchObject({ kind: 'unauthenticated' });
        const gone = refreshingSource(t1, () => Promise.reject(new Error(`cannot refresh ${t1}`)));
        const outcome = await outcomeOf(transportWith({ tokens: gone.source }));
        expect(outcome).toMatchObject({ kind: 'failure', reason: 'unreachable' });
        expect(JSON.stringify(outcome)).not.toContain(t1);
        expect(server.seen).toHaveLength(2);
      });

      test('signed out, nothing is sent', async () => {
        const tokens: TokenSource = { current: () => Promise.resolve(null), refresh: () => Promise.resolve(t2) };
        expect(await outcomeOf(transportWith({ tokens }))).toMatchObject({ kind: 'unauthenticated' });
        expect(server.seen).toHaveLength(0);
      });

      test('a token of another user is never sent', async () => {
        const { source } = refreshingSource(t1, () => Promise.resolve(jwt('ben', 1)));
        server.next(guarded(t2));
        const transport = transportWith({ tokens: source });
        expect(await outcomeOf(transport)).toMatchObject({ kind: 'unauthenticated' });
        expect(await outcomeOf(transport)).toMatchObject({ kind: 'unauthenticated' });
        const other = transportWith({ tokens: fixedToken(t1), subject: 'ben' });
        expect(await outcomeOf(other)).toMatchObject({ kind: 'unauthenticated' });
        expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${t1}`]);
      });

      test('a token source that never answers is a timeout', async () => {
        const asked = deferred<void>();
        const current = (): Promise<string | null> => {
          asked.resolve();
          return new Promise(() => undefined);
        };
        const tokens = { current, refresh: () => Promise.resolve(null) };
        const outcome = outcomeOf(transportWith({ tokens }));
        await asked.promise;
        timers.elapse(1_000);
        expect(await outcome).toMatchObject({ kind: 'failure', reason: 'timeout' });
      });

      test('no outcome tells a token, also when the server or the client quotes it', async () => {
        const header = `Bearer error="invalid_token", error_description="${t1} has expired"`;
        server.next(bare(401, { 'www-authenticate': header }), bare(401, { 'www-authenticate': header }));
        const repeated = refreshingSource(t2, () => Promise.resolve(t1));
        const quoted = await outcomeOf(transportWith({ tokens: repeated.source }));
        expect(quoted).toMatchObject({ kind: 'unauthenticated', detail: expect.stringContaining('has expired') });
        expect(JSON.stringify(quoted)).not.toContain(t1);
        const unfit = await outcomeOf(transportWith({ tokens: fixedToken(`${t1}\nX: y`) }));
        expect(unfit).toMatchObject({ kind: 'unauthenticated' });
        expect(JSON.stringify(unfit)).not.toContain(t1);
      });
    });
  });
}

function never(): never {
  throw new Error('the request must have been seen');
}
