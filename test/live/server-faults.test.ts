import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ServerFaults } from '../../src/live/server-faults.ts';
import type { RunningServer } from '../../src/server/start-server.ts';
import { type ManualTimers, manualTimers } from '../loopback/manual-timers.ts';
import { ask, pushOf, running, type Seen } from '../server/http/running.ts';

let server: RunningServer;
let timers: ManualTimers;
let nowMs = 0;
let wallMs = 1_800_000_000_000;

async function start(seed = '7'): Promise<void> {
  timers = manualTimers();
  nowMs = 0;
  const clock = { after: timers.after, read: () => ({ wallMs: 0, monoMs: nowMs, boot: 'b' }) };
  server = await running({ faults: new ServerFaults({ clock, seed }), clock: () => wallMs });
}
beforeEach(() => start());
afterEach(() => server.close());

const fault = (body: object): Promise<Seen> => ask(server, '/fault', { token: null, body });
const arm = (...entries: readonly object[]) => fault({ arm: entries });
const push = (id: string, { device = 'phone', token = 'ana' } = {}) =>
  ask(server, '/api/sync/sync', { body: pushOf(id), headers: { 'x-device-id': device }, token });
const pull = (device = 'phone') =>
  ask(server, '/api/sync/changes', {
    body: { deviceId: device, registered: false },
    headers: { 'x-device-id': device },
  });
const effects = async () => (await ask(server, '/fault/users/ana')).json.effects;
const struck = async () => (await ask(server, '/fault')).json.faults as readonly { struck: number; state: string }[];

/** Until a message waits for time to pass. */
async function waiting(): Promise<void> {
  while (timers.pending() === 0) await new Promise(setImmediate);
}

/** Lets time pass until there is an answer. */
async function elapsed(answered: Promise<unknown>): Promise<void> {
  let isThere = false;
  const done = answered.finally(() => {
    isThere = true;
  });
  while (!isThere) {
    timers.elapse(60_000);
    await new Promise(setImmediate);
  }
  await done;
}

describe('the faults of a server', () => {
  test('a status is answered without judging, as often as armed and only to the call and device named', async () => {
    await arm({ next: { push: { fault: { status: 429, retryAfter: '7s' }, times: 2 } }, device: 'phone' });
    expect([(await pull()).status, (await push('t', { device: 'tablet' })).status]).toEqual([200, 400]);
    const seen = [await push('a'), await push('a'), await push('a')];
    expect(seen.map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(seen[0]?.headers.get('retry-after')).toBe('7');
    expect(seen[2]?.json.results).toMatchObject([{ status: 'applied' }]);
    expect(await struck()).toMatchObject([{ struck: 2, state: 'over' }]);
  });

  test('a lost answer leaves the effect, a lost request none', async () => {
    await arm({ next: { push: ['lose-request', 'lose-response'] } });
    await expect(push('a')).rejects.toThrow();
    expect(await effects()).toEqual({});
    await expect(push('a')).rejects.toThrow();
    expect(await effects()).toEqual({ 'c-a': 1 });
    expect((await push('a')).json.results).toMatchObject([{ status: 'duplicate', first: 'applied' }]);
  });

  test('a status on the response leg stands in for an answer that was committed', async () => {
    await arm({ next: { push: { status: 500, leg: 'response' } } });
    expect((await push('a')).status).toBe(500);
    expect(await effects()).toEqual({ 'c-a': 1 });
  });

  test('a doubled request takes effect once', async () => {
    await arm({ next: { push: 'duplicate' } });
    expect((await push('a')).json.results).toMatchObject([{ status: 'applied' }]);
    expect(await effects()).toEqual({ 'c-a': 1 });
  });

  test('HTML of a proxy, a sign-in page, and answers cut short are no JSON, whatever they claim', async () => {
    await arm({ next: { pull: ['bad-gateway', 'captive-portal', 'truncate'] } });
    const [gateway, portal, cut] = [await pull(), await pull(), await pull().catch((error: unknown) => error)];
    expect(gateway).toMatchObject({ status: 502, text: expect.stringContaining('502 Bad Gateway') });
    expect(portal).toMatchObject({ status: 200, text: expect.stringContaining('<form') });
    expect(cut).toBeInstanceOf(SyntaxError);
  });

  test('gzip that ends too early does not unpack', async () => {
    await arm({ next: { pull: { truncate: 60, gzip: true } } });
    const url = `${server.url}/api/sync/changes`;
    const body = await new Promise<Buffer>((resolve, reject) => {
      const asked = request(url, { method: 'POST', headers: headersOf() }, (answer) => {
        expect(answer.headers['content-encoding']).toBe('gzip');
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve(Buffer.concat(chunks)));
      });
      asked.on('error', reject);
      asked.end('{"deviceId":"phone","registered":false}');
    });
    expect(() => gunzipSync(body)).toThrow('unexpected end of file');
  });

  test.each([{ delay: '2s' }, { delay: '2s', leg: 'response' }, { bandwidth: '200B' }])(
    '%j waits on true time',
    async (written) => {
      await arm({ next: { push: written } });
      const answered = push('a');
      await waiting();
      expect(await Promise.race([answered, 'waits'])).toBe('waits');
      await elapsed(answered);
      expect((await answered).json.results).toMatchObject([{ status: 'applied' }]);
    },
  );

  test('a late commit carries the time of its beginning and becomes visible after later ones', async () => {
    await arm({ next: { push: { 'late-commit': '3s' } }, device: 'phone' });
    const late = push('a');
    await waiting();
    wallMs += 2_000;
    const other = { ...pushOf('b'), deviceId: 'tablet' };
    const soon = await ask(server, '/api/sync/sync', { body: other, headers: { 'x-device-id': 'tablet' } });
    await elapsed(late);
    expect([(await late).json.serverTime, soon.json.serverTime]).toEqual([wallMs - 2_000, wallMs]);
    expect([(await late).json.results, soon.json.results]).toMatchObject([[{ version: 2 }], [{ version: 1 }]]);
  });

  test('a fault that strikes every request strikes each of them once', async () => {
    await arm({ next: { push: { fault: 'duplicate', times: 'every' } } });
    expect([(await push('a')).status, (await push('b')).status]).toEqual([200, 200]);
    expect(await struck()).toMatchObject([{ struck: 2, state: 'armed' }]);
  });

  test('what is held goes on when it is released', async () => {
    await arm({ next: { push: { hold: 'first', leg: 'response' } } });
    const answered = push('a');
    while (((await ask(server, '/fault')).json.held as readonly string[]).length === 0);
    expect(await effects()).toEqual({ 'c-a': 1 });
    await fault({ release: 'first' });
    expect((await answered).status).toBe(200);
  });

  test('a fault meets only the user and the route it names, and any route when it names one', async () => {
    await arm({ next: { any: { fault: { status: 503 }, times: 'every' } }, user: 'bea' });
    await arm({ next: { any: { status: 500 } }, route: 'GET /health/*' });
    expect([(await push('a')).status, (await push('b', { token: 'bea' })).status]).toEqual([200, 503]);
    expect([(await ask(server, '/health/ready')).status, (await ask(server, '/health/ready')).status]).toEqual([
      500, 200,
    ]);
    expect((await ask(server, '/openapi.json')).status).toBe(200);
  });

  test('a window begins after its time and ends with it', async () => {
    await arm({ next: { pull: { fault: { status: 503 }, times: 'every' } }, after: '1m', for: '5m' });
    const statuses: (readonly [number, string | undefined])[] = [];
    for (const atMs of [59_999, 60_000, 359_999, 360_000]) {
      nowMs = atMs;
      statuses.push([(await pull()).status, (await struck())[0]?.state]);
    }
    expect(statuses).toEqual([
      [200, 'waiting'],
      [503, 'armed'],
      [503, 'armed'],
      [200, 'over'],
    ]);
  });

  test('a rate strikes the same requests of each device for the same seed, whoever else asks in between', async () => {
    const rate = { next: { pull: { fault: { status: 503 }, percent: 40, times: 'every' } } };
    const strikes = async (seed: string, isAlone: boolean) => {
      await server.close();
      await start(seed);
      await arm(rate);
      const seen: number[] = [];
      for (let n = 0; n < 24; n += 1) {
        if (!isAlone) await pull('tablet');
        seen.push((await pull()).status);
      }
      return seen.join();
    };
    const first = await strikes('7', true);
    expect(await strikes('7', false)).toBe(first);
    expect(await strikes('8', true)).not.toBe(first);
    expect(first.split('503').length - 1).toBeGreaterThan(3);
  });

  test('DELETE drops what is armed and lets go what waits', async () => {
    await arm({ next: { any: { fault: { status: 503 }, times: 'every' } } });
    expect((await ask(server, '/fault', { method: 'DELETE', token: null })).json.faults).toEqual([]);
    expect((await push('a')).status).toBe(200);
  });

  test('all that is wrong with faults is told, and none of them is armed', async () => {
    const seen = await arm({ next: { push: 'lose-response' } }, { next: { psh: 'lose-request' }, fro: '2m' });
    expect(seen).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(seen.text).toContain('unknown key \\"fro\\"');
    expect(seen.text).toContain('psh');
    expect(await struck()).toEqual([]);
  });

  test('the way to live updates can be barred, cut and delayed', async () => {
    await arm({ route: 'GET /api/sync/live', next: { any: [{ status: 503 }, 'reset', { delay: '2s' }] } });
    const opened = () =>
      new Promise<string>((resolve) => {
        const headers = { authorization: 'Bearer ana', 'x-device-id': 'phone' };
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/sync/live`, { headers });
        socket.once('message', (message) => {
          socket.terminate();
          resolve(JSON.parse(String(message)).type as string);
        });
        socket.once('unexpected-response', (_request, answer) => resolve(`status ${answer.statusCode}`));
        socket.once('error', (error) => resolve(error.message));
      });
    expect(await opened()).toBe('status 503');
    expect(await opened()).toMatch(/ECONNRESET|hang up/);
    const late = opened();
    await waiting();
    timers.elapse(2_000);
    expect(await late).toBe('hello');
  });

  test('the server counts what reached it, once', async () => {
    await arm({ next: { push: ['lose-request', { delay: '0s' }] } });
    await push('a').catch(() => null);
    await push('a');
    const { text } = await ask(server, '/metrics', { token: null });
    const count = /^http_server_request_duration_seconds_count\{[^}]*sync\/sync[^}]*\} (\d+)$/m.exec(text)?.[1];
    const active = /^http_server_active_requests\{[^}]*POST[^}]*\} (\d+)$/m.exec(text)?.[1];
    expect([count, active]).toEqual(['1', '0']);
  });

  test('an answer that is held does not hold up the end of the server', async () => {
    await arm({ next: { push: { hold: 'ever' } } });
    const answered = push('a').catch(() => 'cut');
    while (((await ask(server, '/fault')).json.held as readonly string[]).length === 0);
    await server.close();
    expect(await answered).toBe('cut');
  });
});

function headersOf(): Record<string, string> {
  return {
    authorization: 'Bearer ana',
    'content-type': 'application/json',
    'x-device-id': 'phone',
    'accept-encoding': 'gzip',
  };
}

test('hints are lost for the device that the fault names, as often as it says', async () => {
  const heard: string[] = [];
  const sockets = ['phone', 'tablet'].map((device) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/sync/live`, {
      headers: { authorization: 'Bearer ana', 'x-device-id': device },
    });
    const greeted = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const { type } = JSON.parse(String(data)) as { readonly type: string };
        if (type === 'hello') resolve();
        else heard.push(device);
      });
    });
    return { socket, greeted };
  });
  await Promise.all(sockets.map(({ greeted }) => greeted));
  await arm({ next: { any: 'lose-hint' }, device: 'phone' });
  await push('a');
  while (heard.length < 1) await new Promise(setImmediate);
  expect([heard, (await struck())[0]?.struck]).toEqual([['tablet'], 1]);
  await push('b');
  while (heard.length < 3) await new Promise(setImmediate);
  expect(heard.toSorted()).toEqual(['phone', 'tablet', 'tablet']);
  for (const { socket } of sockets) socket.terminate();
});
