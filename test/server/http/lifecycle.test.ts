import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ask, pushOf, running } from './running.ts';

test('what was answered is there after a clean close and a new start, under the same epoch', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guras-serve-'));
  const store = { kind: 'sqlite', path: join(folder, 'server.db') } as const;
  const first = await running({ store });
  const { epoch } = (await ask(first, '/api/sync/sync', { body: pushOf('n1') })).json;
  await first.close();
  const second = await running({ store });
  const pulled = await ask(second, '/api/sync/changes', { body: { deviceId: 'phone', registered: true } });
  expect(pulled.json).toMatchObject({ epoch, changes: [{ entityId: 'n1' }] });
  await second.close();
  rmSync(folder, { recursive: true });
});

test('close ends idle connections at once, may be called twice, and frees the port', async () => {
  const server = await running();
  await ask(server, '/health/live');
  await Promise.all([server.close(), server.close()]);
  await expect(ask(server, '/health/live')).rejects.toThrow();
  const next = await running({ port: server.port });
  expect((await ask(next, '/health/live')).status).toBe(200);
  await next.close();
});

test('requests that had arrived when the server closes are answered', async () => {
  const server = await running();
  const asked = Array.from({ length: 20 }, (_, at) => ask(server, '/api/sync/sync', { body: pushOf(`n${at}`) }));
  const first = await Promise.race(asked);
  expect(first.status).toBe(200);
  await server.close();
  const outcomes = await Promise.allSettled(asked);
  for (const outcome of outcomes)
    if (outcome.status === 'fulfilled') expect([200, 503]).toContain(outcome.value.status);
});

test('a taken port rejects and leaves nothing open', async () => {
  const server = await running();
  await expect(running({ port: server.port })).rejects.toThrow(/EADDRINUSE/);
  await server.close();
});

test('the log tells what was asked and how it ended, and never a value or a token', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
  const server = await running({ logger });
  const headers = { 'x-device-id': 'phone', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  await ask(server, '/api/sync/sync', { body: pushOf('n1', { title: 'private words' }), token: 'ana-token', headers });
  await server.close();
  const log = lines.join('');
  expect(log).toContain('"url":"/api/sync/sync"');
  expect(log).toContain('"status":200');
  expect(log).toContain('0af7651916cd43dd8448eb211c80319c');
  expect(log).not.toMatch(/private words|ana-token/);
});

test('a request that never arrives whole holds up the end for a moment only', async () => {
  const server = await running({ closeGraceMs: 50 });
  const client = connect(server.port, '127.0.0.1');
  await once(client, 'connect');
  await new Promise((written) =>
    client.write('POST /api/sync/changes HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{', written),
  );
  // The request is at the server once a later one is answered.
  await ask(server, '/health/live');
  const cut = once(client.resume(), 'close');
  await server.close();
  await cut;
}, 5_000);

test('while it drains a server says that it is not ready, answers what comes, and closes kept connections', async () => {
  const server = await running({ drainMs: 300 });
  const closed = server.close();
  const ready = await ask(server, '/health/ready');
  expect([ready.status, ready.json.code]).toEqual([503, 'unavailable']);
  const pushed = await ask(server, '/api/sync/sync', { body: pushOf('late') });
  expect([pushed.status, pushed.headers.get('connection')]).toEqual([200, 'close']);
  await closed;
  await expect(ask(server, '/health/live')).rejects.toThrow();
});
