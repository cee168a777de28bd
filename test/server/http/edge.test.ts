import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultHttpLimits } from '../../../src/server/http/http-limits.ts';
import type { RunningServer } from '../../../src/server/start-server.ts';
import { exchange, problemIn } from './raw.ts';
import { ask, running } from './running.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await running();
});
afterAll(() => server.close());

const close = 'connection: close\r\n';
const get = (more = '', line = 'GET /health/live HTTP/1.1') => `${line}\r\n${more}\r\n`;

describe('what Node would answer by itself is a problem document:', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'invalid_request'],
    ['a method that is none', get('host: x\r\n', 'BREW / HTTP/1.1'), 400, 'invalid_request'],
    ['a header line without a colon', get('host: x\r\nbroken\r\n'), 400, 'invalid_request'],
    ['two lengths', get('host: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n'), 400, 'invalid_request'],
    [
      'a length and chunks',
      get('host: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n'),
      400,
      'invalid_request',
    ],
    ['no host', get(close), 400, 'invalid_request'],
    ['a head that is too large', get(`host: x\r\nx-a: ${'a'.repeat(40_000)}\r\n`), 431, 'headers_too_large'],
    [
      'an address that is too long',
      get('host: x\r\n', `GET /${'a'.repeat(40_000)} HTTP/1.1`),
      431,
      'headers_too_large',
    ],
    ['too many headers', get(`host: x\r\n${close}${'x-a: 1\r\n'.repeat(100)}`), 431, 'headers_too_large'],
    ['an odd expectation', get(`host: x\r\n${close}expect: a pony\r\n`), 417, 'invalid_request'],
    ['CONNECT', get('host: x\r\n', 'CONNECT example.org:443 HTTP/1.1'), 405, 'method_not_allowed'],
    ['an address that does not decode', get(`host: x\r\n${close}`, 'GET /api/%zz HTTP/1.1'), 400, 'invalid_request'],
    [
      'a part of an address that is too long',
      get(
        `host: x\r\n${close}authorization: Bearer ana\r\n`,
        `GET /api/sync/history/notes/${'a'.repeat(2_001)} HTTP/1.1`,
      ),
      414,
      'invalid_request',
    ],
    [
      'a method that nothing takes',
      get(`host: x\r\n${close}`, 'PROPFIND /api/sync/sync HTTP/1.1'),
      405,
      'method_not_allowed',
    ],
    [
      'OPTIONS where pages may not call',
      get(`host: x\r\n${close}`, 'OPTIONS /api/sync/sync HTTP/1.1'),
      405,
      'method_not_allowed',
    ],
  ] as const)('%s', async (...row) => {
    const [, bytes, status, code] = row;
    const answer = await exchange(server.port, bytes);
    expect([answer.status, problemIn(answer)]).toEqual([status, code]);
  });

  test('as many headers as are allowed are no fault', async () => {
    const many = 'x-a: 1\r\n'.repeat(defaultHttpLimits.headerCount - 2);
    expect((await exchange(server.port, get(`host: x\r\n${close}${many}`))).status).toBe(200);
  });
});

describe('bodies', () => {
  const push = '/api/sync/changes';

  test('what is nested too deep is refused before it is parsed; brackets in texts are not nesting', async () => {
    const deep = await ask(server, push, { body: `${'['.repeat(1_000_000)}` });
    expect([deep.status, deep.json.code, deep.json.detail]).toEqual([
      400,
      'invalid_request',
      'A body is nested at most 200 deep.',
    ]);
    const texts = await ask(server, push, {
      body: { deviceId: 'phone', registered: false, entityTypes: ['[{'.repeat(120), '"\\"[[', '\\'] },
    });
    expect(texts.status).toBe(200);
  });

  test('a member named __proto__ is data like any other', async () => {
    const body = '{"deviceId":"p","registered":false,"__proto__":{"deviceId":"other"},"constructor":{}}';
    expect((await ask(server, push, { body })).status).toBe(200);
  });
});

describe('slow clients', () => {
  test('a head that does not arrive in time is answered 408', async () => {
    const slow = await running({ http: { headersTimeoutMs: 50 } });
    const answer = await exchange(slow.port, 'GET / HTTP/1.1\r\nhost: x\r\n');
    expect([answer.status, problemIn(answer)]).toEqual([408, 'request_timeout']);
    await slow.close();
  });

  test('a body that comes too slowly is cut off with 408; others meanwhile are answered', async () => {
    const slow = await running({ http: { bodyGraceMs: 500 } });
    const head = 'POST /api/sync/changes HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ana\r\n';
    const late = exchange(slow.port, `${head}content-type: application/json\r\ncontent-length: 9000\r\n\r\n{"a":`);
    expect((await ask(slow, '/health/live')).status).toBe(200);
    const answer = await late;
    expect([answer.status, problemIn(answer)]).toEqual([408, 'request_timeout']);
    await slow.close();
  });
});

const opening = 'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

test.each([
  ['CONNECT', 'CONNECT example.org:443 HTTP/1.1\r\nhost: x\r\n\r\n'],
  ['bytes that are no request', 'hello\r\n\r\n'],
  ['an upgrade to nothing', 'GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n'],
  [
    'an upgrade at an address that does not decode',
    `GET /api/%zz HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${'sec-websocket-version: 13\r\n\r\n'}`,
  ],
  [
    'an upgrade with too many headers',
    `GET / HTTP/1.1\r\nhost: x\r\n${'x-a: 1\r\n'.repeat(120)}connection: upgrade\r\nupgrade: h2c\r\n\r\n`,
  ],
  [
    'an opening without a token',
    `GET /api/sync/live HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${opening}`,
  ],
])('%s leaves no connection behind', async (_, bytes) => {
  const own = await running();
  const answer = await exchange(own.port, bytes);
  expect(problemIn(answer)).toMatch(/invalid_request|method_not_allowed|unauthenticated|headers_too_large/);
  await own.close();
  expect(own.url).not.toBe('');
});

test('only the live address opens a WebSocket, and a broken opening gets a problem document', async () => {
  const open = (path: string, more: string) =>
    exchange(
      server.port,
      get(`host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${more}`, `GET ${path} HTTP/1.1`),
    );
  const whole = 'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  for (const answer of [
    await open('/health/live', whole),
    await open('/api/sync/live', 'sec-websocket-version: 13\r\n'),
  ])
    expect([answer.status, problemIn(answer)]).toEqual([400, 'invalid_request']);
});

test('the answer to a body that was refused unread reaches a client whose connection closes', async () => {
  const head = 'POST /api/sync/sync HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n';
  const answer = await exchange(server.port, `${head}content-length: 300000\r\n\r\n`, 'x'.repeat(300_000));
  expect([answer.status, problemIn(answer)]).toEqual([401, 'unauthenticated']);
});
