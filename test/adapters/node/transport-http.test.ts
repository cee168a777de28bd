import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { errors, MockAgent } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpOptions, httpTransport } from '../../../src/adapters/node/transport-http.ts';
import { fixedToken } from '../../../src/adapters/portable/token-fixed.ts';
import type { Call, CallOutcome, Transport } from '../../../src/ports/transport.ts';
import { bare, type FaultServer, startFaultServer, whole } from '../../loopback/fault-server.ts';
import { manualTimers } from '../../loopback/manual-timers.ts';

const rest = { tokens: fixedToken('t1'), clock: manualTimers(), requestTimeoutMs: 1_000 };
const large: Call = { id: 'r', name: 'push', deviceId: 'd', schemaVersion: 1, body: { notes: 'calm '.repeat(1_000) } };
const json = { 'content-type': 'application/json' };

function outcomeOf(transport: Transport, call = large): Promise<CallOutcome> {
  return new Promise((resolve) => transport.send(call, resolve));
}

describe('the transport over undici', () => {
  let server: FaultServer;
  let transport: Transport;
  const start = (part: Partial<HttpOptions> = {}): Transport => {
    transport = httpTransport({ baseUrl: server.url, ...rest, ...part });
    return transport;
  };

  beforeEach(async () => {
    server = await startFaultServer();
    transport = start();
  });
  afterEach(async () => {
    await transport.close();
    await server.close();
  });

  test('large bodies go as brotli once the server has said that it takes them', async () => {
    server.next(whole({ body: '{}', headers: { 'accept-encoding': 'gzip, br' } }));
    await outcomeOf(transport);
    await outcomeOf(transport);
    await outcomeOf(transport, { ...large, body: { notes: 'short' } });
    const [plain, encoded, short] = server.seen;
    expect([plain, encoded, short].map((seen) => seen?.headers['content-encoding'])).toEqual([
      undefined,
      'br',
      undefined,
    ]);
    expect(brotliDecompressSync(encoded?.body ?? Buffer.alloc(0))).toEqual(plain?.body);
    expect(encoded?.body.length).toBeLessThan((plain?.body.length ?? 0) / 5);
  });

  test('a server that takes gzip only gets gzip, one that refuses an encoded body gets plain ones from then on', async () => {
    const says = { 'accept-encoding': 'gzip, br;q=0' };
    server.next(whole({ body: '{}', headers: says }), bare(415, says), whole({ body: '{}', headers: says }));
    for (let at = 0; at < 4; at += 1) await outcomeOf(transport);
    const encodings = server.seen.map(({ headers }) => headers['content-encoding']);
    expect(encodings).toEqual([undefined, 'gzip', undefined, undefined]);
  });

  test('a call aborted while its body is being encoded is never sent', async () => {
    server.next(whole({ body: '{}', headers: { 'accept-encoding': 'br' } }));
    await outcomeOf(transport);
    const outcome = new Promise<CallOutcome>((resolve) => {
      const { abort } = transport.send(large, resolve);
      // The token has come by the next turn, and the encoder works on another thread for longer than that.
      process.nextTick(() => queueMicrotask(abort));
    });
    expect(await outcome).toMatchObject({ kind: 'failure', reason: 'aborted' });
    await outcomeOf(transport, { ...large, name: 'pull' });
    expect(server.seen.map(({ path }) => path)).toEqual(['/api/sync/sync', '/api/sync/changes']);
  });

  test('compression can be switched off', async () => {
    const plain = start({ compress: false });
    server.next(whole({ body: '{}', headers: { 'accept-encoding': 'br' } }));
    await outcomeOf(plain);
    await outcomeOf(plain);
    expect(server.seen[1]?.headers['content-encoding']).toBeUndefined();
  });

  test.each([
    ['a gzip bomb', gzipSync, 'gzip'],
    ['a brotli bomb', brotliCompressSync, 'br'],
    ['a plain flood', (body: Buffer) => body, 'identity'],
  ])('%s is refused at the limit', async (_name, encode, encoding) => {
    const bounded = start({ answerBytesMax: 100_000 });
    const body = encode(Buffer.from(`{"x":"${'0'.repeat(2_000_000)}"}`));
    server.next(whole({ body, headers: { 'content-encoding': encoding } }));
    expect(await outcomeOf(bounded)).toMatchObject({ kind: 'failure', reason: 'malformed' });
  });

  test('an answer in an unknown encoding, or not in UTF-8, is malformed', async () => {
    server.next(whole({ body: '{}', headers: { 'content-encoding': 'zstd' } }));
    expect(await outcomeOf(transport)).toMatchObject({ kind: 'failure', reason: 'malformed' });
    server.next(whole({ body: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }));
    expect(await outcomeOf(transport)).toMatchObject({ kind: 'failure', reason: 'malformed' });
  });

  test('calls one after the other share connections, many at once keep to the maximum', async () => {
    const bounded = start({ connections: 3 });
    for (let at = 0; at < 10; at += 1) await outcomeOf(bounded);
    // Two, because the pool takes a second one while the first is still tidying up after its answer.
    expect(server.openSockets()).toBeLessThanOrEqual(2);
    let most = 0;
    const counted = Array.from({ length: 12 }, () => whole({ body: '{}' })).map((answering) => {
      const both: typeof answering = (request, response) => {
        most = Math.max(most, server.openSockets());
        answering(request, response);
      };
      return both;
    });
    server.next(...counted);
    await Promise.all(Array.from({ length: 12 }, () => outcomeOf(bounded)));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });

  test('close frees the kept connections', async () => {
    await outcomeOf(transport);
    expect(server.openSockets()).toBeGreaterThan(0);
    await transport.close();
    await server.whenSockets(0);
  });

  test('an address that is not http is refused at once', () => {
    expect(() => start({ baseUrl: 'ftp://example.org' })).toThrow(TypeError);
    expect(() => start({ baseUrl: 'example' })).toThrow(TypeError);
  });
});

describe('over a mocked dispatcher', () => {
  const origin = 'https://sync.example.org';
  const path = '/base/api/sync/sync';
  let agent: MockAgent;

  beforeEach(() => {
    agent = new MockAgent();
    agent.disableNetConnect();
  });
  afterEach(() => agent.close());

  function mocked(): Transport {
    return httpTransport({ baseUrl: `${origin}/base`, dispatcher: agent, ...rest });
  }

  test.each([
    ['ENOTFOUND', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['CERT_HAS_EXPIRED', 'unreachable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unreachable'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['HPE_INVALID_CONSTANT', 'malformed'],
    ['UND_ERR_HEADERS_OVERFLOW', 'malformed'],
    ['E_OF_TOMORROW', 'unreachable'],
  ])('%s is %s, and the code is told', async (code, reason) => {
    agent
      .get(origin)
      .intercept({ path, method: 'POST' })
      .replyWithError(Object.assign(new Error('x'), { code }));
    const outcome = await outcomeOf(mocked());
    expect(outcome).toMatchObject({ kind: 'failure', reason, detail: expect.stringContaining(code) });
  });

  test('the errors of undici itself are told apart', async () => {
    const cases = [
      [new errors.ConnectTimeoutError(), 'unreachable'],
      [new errors.SocketError('other side closed'), 'reset'],
      [new errors.HeadersTimeoutError(), 'timeout'],
    ] as const;
    for (const [error, reason] of cases) {
      agent.get(origin).intercept({ path, method: 'POST' }).replyWithError(error);
      expect(await outcomeOf(mocked())).toMatchObject({ kind: 'failure', reason });
    }
  });

  test('a token quoted in an error of the client is not told', async () => {
    const error = new Error('invalid header Bearer t1');
    agent.get(origin).intercept({ path, method: 'POST' }).replyWithError(error);
    const outcome = await outcomeOf(mocked());
    expect(outcome).toMatchObject({ kind: 'failure', detail: 'invalid header Bearer ***' });
  });

  test('repeated headers are read as one, and a dispatcher given from outside is left open', async () => {
    const headers = { ...json, 'accept-encoding': ['br', 'gzip'] };
    agent.get(origin).intercept({ path, method: 'POST' }).reply(200, '{}', { headers }).times(2);
    const transport = mocked();
    expect(await outcomeOf(transport)).toMatchObject({ kind: 'answer' });
    await transport.close();
    expect(await outcomeOf(mocked())).toMatchObject({ kind: 'answer' });
  });
});
