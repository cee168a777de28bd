import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { webSocketLive } from '../../../src/adapters/node/live-web-socket.ts';
import { fixedToken } from '../../../src/adapters/portable/token-fixed.ts';
import type { LiveEnd } from '../../../src/ports/live.ts';
import type { TokenSource } from '../../../src/ports/transport.ts';
import type { RunningServer, ServerOptions } from '../../../src/server/start-server.ts';
import { ask, pushOf, running } from '../../server/http/running.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function started(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await running(options);
  closing.push(() => server.close());
  return server;
}

/** What a connection tells, each awaited. */
function listening(url: string, tokens: TokenSource = fixedToken('ana')) {
  const told: string[] = [];
  const waiting = new Map<string, () => void>();
  const tell = (what: string): void => {
    told.push(what);
    waiting.get(what)?.();
  };
  let end: LiveEnd | null = null;
  const line = webSocketLive({ baseUrl: url, tokens, requestTimeoutMs: 5_000 });
  const { close } = line.open('phone', {
    hello: (heartbeatMs) => tell(`hello ${heartbeatMs}`),
    changed: () => tell('changed'),
    beat: () => tell('beat'),
    closed: (how) => {
      end = how;
      tell('closed');
    },
  });
  closing.unshift(close);
  const told$ = (what: string): Promise<void> =>
    told.includes(what) ? Promise.resolve() : new Promise((resolve) => waiting.set(what, resolve));
  return { close, told, tells: told$, end: () => told$('closed').then(() => end) };
}

test('greeting, heartbeats and changes of a real server are told', async () => {
  const server = await started({ live: { heartbeatMs: 250 } });
  const ana = listening(server.url);
  await ana.tells('hello 250');
  await ana.tells('beat');
  await ask(server, '/api/sync/sync', { body: pushOf('n1') });
  await ana.tells('changed');
});

test('a refused token is renewed once', async () => {
  const server = await started({ auth: { kind: 'issuer' } });
  const issued = await ask(server, '/issuer/tokens', { body: { uid: 'ana' } });
  let renewals = 0;
  const tokens = (fresh: string): TokenSource => ({
    current: () => Promise.resolve('stale'),
    refresh: () => {
      renewals += 1;
      return Promise.resolve(fresh);
    },
  });
  await listening(server.url, tokens(String(issued.json.token))).tells('hello 30000');
  expect(renewals).toBe(1);
  expect(await listening(server.url, tokens('stale-too')).end()).toMatchObject({ kind: 'unauthenticated' });
  expect(await listening(server.url, fixedToken('none')).end()).toMatchObject({ kind: 'unauthenticated' });
});

test('a server that is full says when to come again, one without live connections is asked again later, and one that is gone is lost', async () => {
  const full = await started({ live: { inAll: 0, heartbeatMs: 7_000 } });
  expect(await listening(full.url).end()).toMatchObject({ kind: 'refused', retryAfterMs: 7_000 });
  const plain = createServer((_request, response) => response.writeHead(404).end('no'));
  await new Promise<void>((resolve) => {
    plain.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => plain.close());
  const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
  expect(await listening(url).end()).toMatchObject({ kind: 'refused', retryAfterMs: 300_000 });
  expect(await listening('http://127.0.0.1:9').end()).toMatchObject({ kind: 'lost', retryAfterMs: null });
});

test('a server that goes ends the connection, and after a close nothing is told', async () => {
  const server = await started();
  const [ana, quiet] = [listening(server.url), listening(server.url, fixedToken('bea'))];
  await Promise.all([ana.tells('hello 30000'), quiet.tells('hello 30000')]);
  quiet.close();
  await server.close();
  expect(await ana.end()).toMatchObject({ kind: 'lost', detail: 'the connection ended with code 1001' });
  expect(quiet.told).toEqual(['hello 30000']);
});
