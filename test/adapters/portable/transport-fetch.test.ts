import { gunzipSync, gzipSync } from 'node:zlib';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { fixedToken } from '../../../src/adapters/portable/token-fixed.ts';
import { type FetchOptions, fetchTransport } from '../../../src/adapters/portable/transport-fetch.ts';
import type { Call, CallOutcome, Transport } from '../../../src/ports/transport.ts';
import { manualTimers } from '../../loopback/manual-timers.ts';

const platform = {
  // Called late, so that nock's own fetch is found while it is active.
  fetch: ((url, request) => globalThis.fetch(url, request)) satisfies FetchOptions<AbortSignal>['fetch'],
  controller: () => new AbortController(),
};

const origin = 'https://sync.example.org';
const json = { 'content-type': 'application/json' };
const push: Call = { id: 'r', name: 'push', deviceId: 'd', schemaVersion: 1, body: { notes: 'calm '.repeat(1_000) } };

function made(part: Partial<FetchOptions<AbortSignal>> = {}): Transport {
  const rest = { tokens: fixedToken('t1'), clock: manualTimers(), requestTimeoutMs: 1_000 };
  return fetchTransport({ ...platform, ...rest, baseUrl: origin, ...part });
}

function outcomeOf(transport: Transport, call = push): Promise<CallOutcome> {
  return new Promise((resolve) => transport.send(call, resolve));
}

describe('the transport over a mocked fetch', () => {
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => nock.cleanAll());
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });

  test.each([
    ['ENOTFOUND', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['CERT_HAS_EXPIRED', 'unreachable'],
    ['ECONNRESET', 'reset'],
    ['HPE_INVALID_CONSTANT', 'malformed'],
  ])('%s is %s', async (code, reason) => {
    nock(origin)
      .post('/api/sync/sync')
      .replyWithError(Object.assign(new Error('mocked'), { code }));
    expect(await outcomeOf(made())).toMatchObject({ kind: 'failure', reason });
  });

  test('a whole answer of a server under its real name is the answer', async () => {
    nock(origin, { reqheaders: { authorization: 'Bearer t1' } })
      .post('/api/sync/sync')
      .reply(200, { ok: 1 }, json);
    expect(await outcomeOf(made())).toEqual({ kind: 'answer', body: { ok: 1 }, bytes: 8 });
  });

  test('with a gzip function, large bodies are encoded once the server has said that it takes them', async () => {
    const bodies: unknown[] = [];
    nock(origin)
      .persist()
      .post('/api/sync/sync', (body: unknown) => bodies.push(body) > 0)
      .reply(200, '{}', { ...json, 'accept-encoding': 'gzip' });
    const gzip = vi.fn((text: string) => new Uint8Array(gzipSync(text)));
    const transport = made({ gzip });
    await outcomeOf(transport);
    await outcomeOf(transport);
    expect(gzip.mock.calls).toEqual([[JSON.stringify(push.body)]]);
    // The mock tells a body that is no text in hex digits.
    expect(JSON.parse(gunzipSync(Buffer.from(String(bodies[1]), 'hex')).toString())).toEqual(push.body);
  });
});

describe('the transport over a fetch of its own', () => {
  const headers = (all: Record<string, string>) => ({ get: (name: string) => all[name] ?? null });

  test('a fetch that fails without a code, as on phones, is unreachable', async () => {
    const transport = made({ fetch: () => Promise.reject(new TypeError('Network request failed')) });
    const outcome = await outcomeOf(transport);
    expect(outcome).toEqual({ kind: 'failure', reason: 'unreachable', detail: 'Network request failed' });
  });

  test('an opaque redirect of a browser is malformed', async () => {
    const answer = { status: 0, headers: headers({}), text: () => Promise.resolve('') };
    const transport = made({ fetch: () => Promise.resolve(answer) });
    expect(await outcomeOf(transport)).toMatchObject({ kind: 'failure', reason: 'malformed' });
  });

  test('a body that breaks without a code is a reset, and one over the limit is malformed', async () => {
    const broken = { status: 200, headers: headers(json), text: () => Promise.reject(new TypeError('terminated')) };
    const first = await outcomeOf(made({ fetch: () => Promise.resolve(broken) }));
    expect(first).toMatchObject({ kind: 'failure', reason: 'reset' });
    const flood = { status: 200, headers: headers(json), text: () => Promise.resolve('"ééé"') };
    for (const [answerBytesMax, kind] of [
      [8, 'answer'],
      [7, 'failure'],
    ] as const) {
      expect((await outcomeOf(made({ fetch: () => Promise.resolve(flood), answerBytesMax }))).kind).toBe(kind);
    }
  });

  test('a fetch that ignores its signal does not hold up an abort', async () => {
    const transport = made({ fetch: () => new Promise(() => undefined) });
    const outcome = new Promise<CallOutcome>((resolve) => {
      const { abort } = transport.send(push, resolve);
      // After the token has come, so that the request is on its way.
      setImmediate(abort);
    });
    expect(await outcome).toMatchObject({ kind: 'failure', reason: 'aborted' });
    await transport.close();
  });
});
