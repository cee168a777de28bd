import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { platformLive } from '../../../src/adapters/portable/live-web-socket.ts';
import { fixedToken } from '../../../src/adapters/portable/token-fixed.ts';
import type { LiveEnd } from '../../../src/ports/live.ts';
import type { TokenSource } from '../../../src/ports/transport.ts';
import type { RunningServer, ServerOptions } from '../../../src/server/start-server.ts';
import { ask, pushOf, running } from '../../server/http/running.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function started(options: Partial<ServerOptions>): Promise<RunningServer> {
  const server = await running(options);
  closing.push(() => server.close());
  return server;
}

/** Opens a connection as a phone would: its socket takes headers and shows neither pings nor statuses. */
function listening(url: string, tokens: TokenSource) {
  const told: string[] = [];
  const waiting = new Map<string, () => void>();
  let end: LiveEnd | null = null;
  const tell = (what: string): void => {
    told.push(what);
    waiting.get(what)?.();
  };
  const feed = platformLive({
    baseUrl: url,
    tokens,
    connect: (address, headers) => {
      const socket = new WebSocket(address, { headers });
      // A platform tells of errors by an event that nobody listens to.
      socket.on('error', () => undefined);
      return socket as never;
    },
  });
  const { close } = feed.open('phone', {
    hello: () => tell('hello'),
    changed: () => tell('changed'),
    beat: () => tell('beat'),
    closed: (how) => {
      end = how;
      tell('closed');
    },
  });
  closing.unshift(close);
  const tells = (what: string): Promise<void> =>
    told.includes(what) ? Promise.resolve() : new Promise((resolve) => waiting.set(what, resolve));
  return { close, told, tells, end: () => tells('closed').then(() => end) };
}

test('greeting, heartbeats as messages, and changes are told over the platform’s socket', async () => {
  const server = await started({ live: { heartbeatMs: 250 } });
  const ana = listening(server.url, fixedToken('ana'));
  await ana.tells('hello');
  await ana.tells('beat');
  await ask(server, '/api/sync/sync', { body: pushOf('n1') });
  await ana.tells('changed');
});

test('a refused connection is lost, and costs no renewal; without a token there is none', async () => {
  const server = await started({ auth: { kind: 'issuer' } });
  let renewals = 0;
  const counted: TokenSource = {
    current: () => Promise.resolve('stale'),
    refresh: () => {
      renewals += 1;
      return Promise.resolve(null);
    },
  };
  expect(await listening(server.url, counted).end()).toMatchObject({ kind: 'lost' });
  const signedOut = { ...counted, current: () => Promise.resolve(null) };
  expect(await listening(server.url, signedOut).end()).toMatchObject({ kind: 'unauthenticated' });
  expect(renewals).toBe(0);
});

test('the end of a connection that stood is told once, and nothing after a close', async () => {
  const server = await started({});
  const [ana, bea] = [listening(server.url, fixedToken('ana')), listening(server.url, fixedToken('bea'))];
  await Promise.all([ana.tells('hello'), bea.tells('hello')]);
  bea.close();
  await server.close();
  expect([await ana.end(), bea.told]).toEqual([
    { kind: 'lost', detail: 'the connection ended', retryAfterMs: null },
    ['hello'],
  ]);
});
