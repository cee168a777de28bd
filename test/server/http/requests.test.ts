import { connect, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '../../../src/server/start-server.ts';
import { ask, pushOf, running } from './running.ts';

let server: RunningServer;
const pull = '/api/sync/changes';
const push = '/api/sync/sync';
const fresh = { deviceId: 'phone', registered: false };

beforeAll(async () => {
  server = await running({ limits: { bodyBytes: 100_000 }, schemaVersionMin: 2 });
});
afterAll(() => server.close());

describe('answers', () => {
  test('a pull is JSON, dated by the server', async () => {
    const seen = await ask(server, pull, { body: fresh });
    expect([seen.status, seen.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const date = Date.parse(seen.headers.get('date') ?? '');
    expect(Math.abs(date - Number(seen.json.serverTime))).toBeLessThan(2_000);
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('a body packed with %s is read', async (encoding, packed) => {
    const body = packed(JSON.stringify(pushOf(encoding)));
    const seen = await ask(server, push, { body, headers: { 'content-encoding': encoding } });
    expect(seen.json.results).toMatchObject([{ status: 'applied' }]);
  });

  test.each(['br', 'gzip'])('a long answer is packed as %s when the client takes it', async (encoding) => {
    await ask(server, push, { body: pushOf(`long-${encoding}`, { title: 'long '.repeat(500) }) });
    const seen = await ask(server, pull, { body: fresh, headers: { 'accept-encoding': encoding } });
    expect(seen.headers.get('content-encoding')).toBe(encoding);
    expect(seen.text).toContain('long long');
    expect(
      (await ask(server, pull, { body: fresh, headers: { 'accept-encoding': 'identity' } })).headers.get(
        'content-encoding',
      ),
    ).toBeNull();
  });

  test('an id with any characters finds its history', async () => {
    const id = 'a/b %?#é😀~.';
    await ask(server, push, { body: pushOf(id) });
    const seen = await ask(server, `/api/sync/history/notes/${encodeURIComponent(id)}`);
    expect(seen.json.versions).toMatchObject([{ data: { title: id } }]);
  });
});

test('a line over which a body far over the limit still comes is kept open until it has come', async () => {
  // Closed earlier, the sender would be cut off while it writes, and never read why.
  const bytes = 3_000_000;
  const socket = connect(server.port, '127.0.0.1');
  const heard = textsOf(socket);
  const head = 'authorization: Bearer ana\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length:';
  socket.write(`POST ${push} HTTP/1.1\r\n${head} ${bytes}\r\n\r\n`);
  expect(await heard(/body_too_large/)).toMatch(/^HTTP\/1.1 413 /);
  socket.write('1'.repeat(bytes));
  const body = JSON.stringify(fresh);
  socket.write(`POST ${pull} HTTP/1.1\r\n${head} ${body.length}\r\n\r\n${body}`);
  expect(await heard(/"hasMore"/)).toMatch(/HTTP\/1.1 200 /);
  socket.destroy();
});

describe('refusals are problem documents with a stable code:', () => {
  test.each([
    ['no token', pull, { body: fresh, token: null }, 401, 'unauthenticated'],
    ['JSON cut short', pull, { body: '{"deviceId":' }, 400, 'malformed_json'],
    ['an empty body', pull, { body: '' }, 400, 'malformed_json'],
    ['no body at all', pull, { method: 'POST' }, 400, 'invalid_request'],
    ['bytes that are no UTF-8', pull, { body: Uint8Array.from([0x22, 0xff, 0x22]) }, 400, 'malformed_json'],
    ['a body of another shape', pull, { body: [1, 2] }, 400, 'invalid_request'],
    ['a body over the limit', push, { body: pushOf('x', { title: 'x'.repeat(100_000) }) }, 413, 'body_too_large'],
    [
      'a body that grows over the limit',
      push,
      { body: gzipSync('1'.repeat(200_000)), headers: { 'content-encoding': 'gzip' } },
      413,
      'body_too_large',
    ],
    [
      'a body that does not unpack',
      push,
      { body: 'no gzip', headers: { 'content-encoding': 'gzip' } },
      400,
      'malformed_json',
    ],
    ['an unknown packing', push, { body: 'x', headers: { 'content-encoding': 'zstd' } }, 415, 'unsupported_media_type'],
    [
      'another content type',
      push,
      { body: 'x', headers: { 'content-type': 'text/xml' } },
      415,
      'unsupported_media_type',
    ],
    ['an unknown address', '/api/sync/nothing', {}, 404, 'not_found'],
    ['a method the address does not take', pull, {}, 405, 'method_not_allowed'],
    ['a GET address asked by POST', '/api/sync/history/a/b', { body: {} }, 405, 'method_not_allowed'],
    [
      'another version of the protocol',
      pull,
      { body: fresh, headers: { 'x-protocol-version': '9' } },
      426,
      'update_required',
    ],
    ['data too old', pull, { body: fresh, headers: { 'x-schema-version': '1' } }, 426, 'update_required'],
    [
      'a version that is no number',
      pull,
      { body: fresh, headers: { 'x-schema-version': 'new' } },
      400,
      'invalid_request',
    ],
    [
      'another device in the header',
      pull,
      { body: fresh, headers: { 'x-device-id': 'tablet' } },
      400,
      'invalid_request',
    ],
    ['the fault interface when it is off', '/fault', { body: {} }, 404, 'not_found'],
  ] as const)('%s', async (...row) => {
    const [, path, asked, status, code] = row;
    const seen = await ask(server, path, asked as Parameters<typeof ask>[2]);
    expect([seen.status, seen.json.code]).toEqual([status, code]);
    expect(seen.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(seen.json.status).toBe(status);
  });

  test('413 says the limit, 405 what is allowed, 401 how to sign in', async () => {
    expect((await ask(server, push, { body: 'x'.repeat(100_001) })).json.limit).toBe(100_000);
    expect((await ask(server, pull)).headers.get('allow')).toBe('POST');
    expect((await ask(server, pull, { body: fresh, token: null })).headers.get('www-authenticate')).toBe('Bearer');
  });

  test('nobody learns from an unknown address whether a token is good', async () => {
    expect((await ask(server, '/api/sync/nothing', { token: null })).status).toBe(404);
  });
});

describe('service addresses', () => {
  test('health answers without a token', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const seen = await ask(server, path, { token: null });
      expect([seen.status, seen.text, seen.headers.get('cache-control')]).toEqual([200, 'Healthy', 'no-store']);
    }
  });

  test('the OpenAPI document describes every call with its schemas', async () => {
    const { json } = await ask(server, '/openapi.json', { token: null });
    expect(json.openapi).toBe('3.1.0');
    const paths = json.paths as Record<
      string,
      Record<string, { requestBody?: { content: Record<string, { schema: { properties: object } }> } }>
    >;
    expect(Object.keys(paths).sort()).toEqual([
      '/api/sync/changes',
      '/api/sync/devices',
      '/api/sync/digest',
      '/api/sync/history/{type}/{id}',
      '/api/sync/resolve-conflict',
      '/api/sync/rollback',
      '/api/sync/sync',
      '/api/users/me',
      '/api/users/me/export',
    ]);
    const body = paths['/api/sync/sync']?.post?.requestBody?.content['application/json']?.schema.properties;
    expect(Object.keys(body ?? {})).toEqual(
      expect.arrayContaining(['deviceId', 'registered', 'incarnation', 'previousIncarnations', 'epoch', 'changes']),
    );
  });
});

/** What comes over a socket, once it matches; all of it so far. Rejects when the socket ends before. */
function textsOf(socket: Socket): (pattern: RegExp) => Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  return (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(text)) resolve(text);
      };
      socket.on('data', look);
      socket.on('close', () => reject(new Error(`closed after ${text}`)));
      socket.on('error', reject);
      look();
    });
}
