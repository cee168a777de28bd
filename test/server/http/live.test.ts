import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { RunningServer, ServerOptions } from '../../../src/server/start-server.ts';
import { ask, pushOf, running } from './running.ts';

const open: RunningServer[] = [];
const clients: WebSocket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function started(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await running(options);
  open.push(server);
  return server;
}

/** What a client got, and how it ended. */
interface Client {
  /** The next message. */
  next(): Promise<Record<string, unknown>>;
  readonly ended: Promise<{ readonly code: number; readonly reason: string }>;
  readonly socket: WebSocket;
}

/** Opens the live address; rejects with the status when it is refused. */
async function listening(
  server: RunningServer,
  { token = 'ana', device, query = '' }: { token?: string | null; device?: string; query?: string } = {},
): Promise<Client> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/sync/live${query}`, {
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(device === undefined ? {} : { 'x-device-id': device }),
    },
  });
  clients.push(socket);
  const messages: Record<string, unknown>[] = [];
  const waiting: ((message: Record<string, unknown>) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Record<string, unknown>;
    const wanted = waiting.shift();
    if (wanted === undefined) messages.push(message);
    else wanted(message);
  });
  const ended = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode))));
    socket.on('error', reject);
  });
  return {
    socket,
    ended,
    next: () =>
      new Promise((resolve) => {
        const held = messages.shift();
        if (held === undefined) waiting.push(resolve);
        else resolve(held);
      }),
  };
}

test('a device is greeted with the epoch, and told when rows of its user change, and of no others', async () => {
  const server = await started();
  const [ana, bea] = [await listening(server), await listening(server, { token: 'bea' })];
  const hello = await ana.next();
  await bea.next();
  const pushed = await ask(server, '/api/sync/sync', { token: 'bea', body: pushOf('n1') });
  expect(hello).toEqual({ type: 'hello', epoch: pushed.json.epoch, heartbeatMs: 30_000 });
  expect(await bea.next()).toEqual({ type: 'changed', at: expect.any(Number) });
  await ask(server, '/api/sync/sync', { token: 'ana', body: pushOf('n2') });
  // The first thing that ana hears of is her own change.
  const { at } = await ana.next();
  expect(at).toBeGreaterThanOrEqual(Number(pushed.json.serverTime));
});

test('without a good token there is no connection: the refusals are those of every call', async () => {
  const secret = 'a secret of at least thirty-two bytes';
  const server = await started({ auth: { kind: 'hs256', secret } });
  for (const token of [null, 'ana', 'a.b.c']) await expect(listening(server, { token })).rejects.toThrow('401');
  const plain = await ask(server, '/api/sync/live', { token: null });
  expect([plain.status, plain.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
});

test('a request that opens no WebSocket is told so', async () => {
  const server = await started();
  const seen = await ask(server, '/api/sync/live');
  expect([seen.status, seen.json.code, seen.headers.get('upgrade')]).toEqual([400, 'invalid_request', 'websocket']);
});

test('a connection ends with its token', async () => {
  let nowMs = 1_800_000_000_000;
  const server = await started({ auth: { kind: 'issuer' }, clock: () => nowMs, live: { heartbeatMs: 40 } });
  const issued = await ask(server, '/issuer/tokens', { body: { uid: 'ana', lifetimeMs: 60_000 } });
  const ana = await listening(server, { token: String(issued.json.token) });
  await ana.next();
  nowMs += 60_000;
  expect(await ana.ended).toEqual({ code: 4401, reason: 'the token has ended' });
});

test('a user has so many connections and no more, and so has the server; each device has one', async () => {
  const server = await started({ live: { perUser: 2, inAll: 3 } });
  const first = await listening(server, { device: 'phone' });
  await listening(server, { device: 'tablet' });
  await expect(listening(server, { device: 'watch' })).rejects.toThrow('429');
  await expect(listening(server)).rejects.toThrow('429');
  // The same device again takes the place of its earlier connection, which may be half dead.
  const again = await listening(server, { device: 'phone' });
  expect((await first.ended).code).toBe(4409);
  await listening(server, { token: 'bea' });
  await expect(listening(server, { token: 'cleo' })).rejects.toThrow('503');
  again.socket.close();
  await again.ended;
  // The place is free once the server has seen the end.
  for (let left = 100; left > 0; left -= 1) {
    const came = await listening(server, { token: 'cleo' }).catch(() => null);
    if (came !== null) return expect(await came.next()).toMatchObject({ type: 'hello' });
  }
  throw new Error('the place never became free');
});

test('who answers no heartbeat is cut, and who answers stays', async () => {
  const server = await started({ live: { heartbeatMs: 250 } });
  const [mute, ana] = [await listening(server, { token: 'mute' }), await listening(server)];
  // A client that reads nothing answers nothing: its socket just fills.
  mute.socket.pause();
  let beats = 0;
  ana.socket.on('ping', () => {
    beats += 1;
  });
  while (beats < 5) await once(ana.socket, 'ping');
  mute.socket.resume();
  expect((await mute.ended).code).toBe(1006);
  expect(ana.socket.readyState).toBe(WebSocket.OPEN);
});

test('a client that can not see pings gets heartbeats as messages where it asks for them', async () => {
  const server = await started({ live: { heartbeatMs: 200 } });
  const ana = await listening(server, { query: '?beat=message' });
  await ana.next();
  expect([await ana.next(), await ana.next()]).toEqual([{ type: 'beat' }, { type: 'beat' }]);
});

test('a reader that paused for fifty changes is told once it reads again', async () => {
  const server = await started({ live: { hintMs: 0, heartbeatMs: 60_000 } });
  const slow = await listening(server);
  await slow.next();
  slow.socket.pause();
  for (let at = 0; at < 50; at++) await ask(server, '/api/sync/sync', { body: pushOf(`n${at}`) });
  slow.socket.resume();
  expect(await slow.next()).toMatchObject({ type: 'changed' });
});

test('a device that says much is shut out', async () => {
  const server = await started();
  const ana = await listening(server);
  await ana.next();
  ana.socket.send('a word');
  ana.socket.send('x'.repeat(2_000));
  expect((await ana.ended).code).toBe(1009);
});

test('the end of the server is told, connections are closed in order, and none opens meanwhile', async () => {
  const server = await started();
  const all = await Promise.all(['a', 'b', 'c'].map((token) => listening(server, { token })));
  await Promise.all(all.map((one) => one.next()));
  await server.close();
  expect(await Promise.all(all.map(async ({ ended }) => (await ended).code))).toEqual([1001, 1001, 1001]);
});

test('a client that does not close holds up the end for a moment only', async () => {
  const server = await started({ live: { closeGraceMs: 50 } });
  const raw = connect(server.port, '127.0.0.1');
  await once(raw, 'connect');
  raw.write(
    'GET /api/sync/live HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ana\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [head] = (await once(raw, 'data')) as [Buffer];
  expect(head.toString('latin1')).toContain('101 Switching Protocols');
  const cut = once(raw.resume(), 'close');
  await server.close();
  await cut;
});
