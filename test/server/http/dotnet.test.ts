import { request as httpRequest } from 'node:http';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningServer, ServerOptions } from '../../../src/server/start-server.ts';
import { ask, pushOf, running, type Seen } from './running.ts';

let server: RunningServer;
const secret = 'a secret of thirty-two bytes or more';
const nowMs = 1_800_000_000_000;

beforeEach(() => start());
afterEach(() => server.close());

async function start(options: Partial<ServerOptions> = {}): Promise<void> {
  server = await running({ flavour: 'dotnet', clock: () => nowMs, ...options });
}

async function restart(options: Partial<ServerOptions>): Promise<void> {
  await server.close();
  await start(options);
}

const push = (body: unknown, headers = {}): Promise<Seen> => ask(server, '/api/sync/sync', { body, headers });
const problem = /^application\/problem\+json; charset=utf-8$/;

describe('the errors of a .NET service', () => {
  test('401 has no body, and says in its header why', async () => {
    const auth = { kind: 'hs256', secret, audience: 'guras', issuer: 'https://id' } as const;
    await restart({ auth });
    const token = (claims: { exp: number; aud?: string; iss?: string }, key = secret) =>
      new SignJWT({ sub: 'ana', aud: 'guras', iss: 'https://id', ...claims })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(key));
    const later = nowMs / 1_000 + 3_600;
    const told = async (text: string | null) => {
      const { status, headers, text: body } = await ask(server, '/api/sync/devices', { token: text });
      expect([status, body, headers.get('content-type')]).toEqual([401, '', null]);
      return headers.get('www-authenticate');
    };
    expect(await told(null)).toBe('Bearer');
    const invalid = (description: string) => `Bearer error="invalid_token", error_description="${description}"`;
    expect(await told(await token({ exp: nowMs / 1_000 - 3_600 }))).toBe(
      invalid("The token expired at '01/15/2027 07:00:00'"),
    );
    expect(await told(await token({ exp: later }, `${secret}!`))).toBe(invalid('The signature is invalid'));
    expect(await told(await token({ exp: later, aud: 'b\'"c' }))).toBe(invalid("The audience 'b'?c' is invalid"));
    expect(await told(await token({ exp: later, iss: 'https://else' }))).toBe(
      invalid("The issuer 'https://else' is invalid"),
    );
    expect(await told('rubbish')).toBe('Bearer error="invalid_token"');
  });

  test('a token passes for five minutes after its end, as ClockSkew has it', async () => {
    await restart({ auth: { kind: 'hs256', secret } });
    const at = async (seconds: number) => {
      const token = await new SignJWT({ sub: 'ana', exp: nowMs / 1_000 + seconds })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(secret));
      return (await ask(server, '/api/sync/devices', { token })).status;
    };
    expect([await at(-299), await at(-301)]).toEqual([200, 401]);
  });

  test('what breaks a rule is told for each member under its C# name', async () => {
    const { changes, ...rest } = pushOf('a') as { changes: object[] };
    const [change] = changes;
    const seen = await push({
      ...rest,
      deviceId: 'no device',
      changes: [change, { ...change, id: '', entityType: undefined }],
    });
    expect(seen.status).toBe(400);
    expect(seen.headers.get('content-type')).toMatch(problem);
    expect(seen.json).toEqual({
      type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
      title: 'One or more validation errors occurred.',
      status: 400,
      errors: {
        DeviceId: [expect.stringContaining('The field DeviceId must match the regular expression')],
        'Changes[1].Id': ['The Id field is required.'],
        'Changes[1].EntityType': ['The EntityType field is required.'],
      },
      traceId: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
    });
  });

  test('a value of the wrong type ends the reading: one error under its $.path, in the trace of the caller', async () => {
    const { changes, ...rest } = pushOf('a') as { changes: object[] };
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const seen = await push(
      { ...rest, changes: [{ ...changes[0], seq: 'many', id: '' }] },
      { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
    );
    expect(seen.json.errors).toEqual({
      '$.changes[0].seq': ['The JSON value could not be converted to System.Int64. Path: $.changes[0].seq.'],
      request: ['The request field is required.'],
    });
    expect(seen.json.traceId).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  });

  test('what is no JSON, and what is nested deeper than 32, can not be read', async () => {
    const broken = await push('{"deviceId": nope}');
    expect([broken.status, Object.keys(broken.json.errors as object)]).toEqual([400, ['$', 'request']]);
    // The body, its list, the change and its data are four levels.
    const nested = (levels: number) =>
      pushOf('a', { title: JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown });
    expect((await push(nested(28))).json).toMatchObject({ results: [{ status: 'rejected' }] });
    const deep = await push(nested(29));
    expect(deep.json.errors).toMatchObject({ $: [expect.stringContaining('maximum configured depth of 32')] });
  });

  test('the contract keeps its codes in the clothes of a ProblemDetails', async () => {
    const seen = await push({ ...pushOf('a'), registered: true });
    expect([seen.status, seen.headers.get('content-type')]).toEqual([410, 'application/problem+json; charset=utf-8']);
    expect(seen.json).toMatchObject({ code: 'device_unknown', status: 410, traceId: expect.any(String) });
    const old = await push(pushOf('a'), { 'x-protocol-version': '9' });
    expect(old.json).toMatchObject({ code: 'update_required', type: expect.stringContaining('#section-15.5.22') });
  });

  test.each([
    [404, '/nowhere', {}],
    [405, '/api/sync/sync', { method: 'PUT' }],
    [413, '/api/sync/sync', { body: 'x'.repeat(200) }],
  ])('%i is answered without a body', async (status, path, asked) => {
    await restart({ limits: { bodyBytes: 100 } });
    const seen = await ask(server, path, asked);
    expect([seen.status, seen.text, seen.headers.get('content-type')]).toEqual([status, '', null]);
  });

  test('a media type that is not read is a problem without a code of ours', async () => {
    const seen = await push('a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(seen.json).toEqual({
      type: 'https://tools.ietf.org/html/rfc9110#section-15.5.16',
      title: 'Unsupported Media Type',
      status: 415,
      traceId: expect.any(String),
    });
  });
});

describe('the requests and answers of a .NET service', () => {
  test('names are read in any case and numbers from text; keys of data and stamps stay as they are', async () => {
    const { changes, deviceId, ...rest } = pushOf('a') as { changes: Record<string, unknown>[]; deviceId: string };
    const { id, seq, timestamp, ...change } = changes[0] ?? {};
    const seen = await push({
      ...rest,
      DEVICEID: deviceId,
      Changes: [{ ...change, Id: id, SEQ: `${seq}`, Timestamp: '1' }],
    });
    expect(seen.json.results).toMatchObject([{ status: 'applied' }]);
    const data = { Title: 'a' };
    const other = await push(pushOf('b', data));
    expect(other.json.results).toMatchObject([{ status: 'rejected', problem: { field: 'Title' } }]);
  });

  test('optional members are written as null, and text beyond ASCII as \\uXXXX', async () => {
    const seen = await push(pushOf('a', { title: 'ruhig & 静か + "x"' }));
    expect(seen.json.results).toMatchObject([{ status: 'applied', first: null, problem: null }]);
    const pulled = await ask(server, '/api/sync/changes', { body: { deviceId: 'phone', registered: true } });
    expect(pulled.text).toContain('ruhig \\u0026 \\u9759\\u304B \\u002B \\u0022x\\u0022');
    expect(pulled.json.changes).toMatchObject([{ data: { title: 'ruhig & 静か + "x"' } }]);
    expect(pulled.headers.get('server')).toBe('Kestrel');
  });

  test('answers are never packed, requests may be', async () => {
    const titles = 'x'.repeat(1_500);
    await push(pushOf('a', { title: titles.slice(0, 100) }));
    const url = `${server.url}/openapi.json`;
    const headers = await new Promise((resolve) => {
      httpRequest(url, { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
        answer.resume();
        resolve(answer.headers);
      }).end();
    });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  test('a body of 20 MB is read, as 30,000,000 bytes are the limit', async () => {
    const body = { ...pushOf('a'), padding: 'x'.repeat(20_000_000) };
    expect((await push(body)).json.results).toMatchObject([{ status: 'applied' }]);
  });

  test.each([
    { count: 90, length: 10, status: 200 },
    { count: 120, length: 10, status: 431 },
    { count: 10, length: 4_000, status: 431 },
  ])('$count headers of $length characters are answered $status', async ({ count, length, status }) => {
    const headers = Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-h${at}`, 'v'.repeat(length)]));
    const seen = await ask(server, '/api/sync/devices', { headers });
    expect([seen.status, status === 200 ? '' : seen.text]).toEqual([status, '']);
  });

  test('readiness is told as ASP.NET tells it', async () => {
    const seen = await ask(server, '/health/ready', { token: null });
    expect([seen.status, seen.text]).toEqual([200, 'Healthy']);
  });
});
