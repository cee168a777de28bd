import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpTransport } from '../../src/adapters/node/transport-http.ts';
import { fixedToken } from '../../src/adapters/portable/token-fixed.ts';
import type { CallName } from '../../src/core/protocol/paths.ts';
import { faultSchema } from '../../src/faults/table.ts';
import { callOfRequest } from '../../src/live/call-of-request.ts';
import { FaultProxy } from '../../src/live/fault-proxy.ts';
import type { CallOutcome, Transport } from '../../src/ports/transport.ts';
import { type FaultServer, hangUp, heldUntil, startFaultServer, whole } from '../loopback/fault-server.ts';
import { type ManualTimers, manualTimers } from '../loopback/manual-timers.ts';

const serverNowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('the fault proxy', () => {
  let server: FaultServer;
  let proxy: FaultProxy;
  let story: ManualTimers;
  let deadlines: ManualTimers;
  let device: Transport;

  beforeEach(async () => {
    server = await startFaultServer();
    story = manualTimers();
    deadlines = manualTimers();
    proxy = await FaultProxy.start({
      servers: [server.url],
      clock: story,
      serverNowMs: () => serverNowMs,
      deviceOf: (id) => id.replace(/-id$/, ''),
    });
    const tokens = fixedToken('t');
    device = httpTransport({ baseUrl: proxy.url, tokens, clock: deadlines, requestTimeoutMs: 1_000 });
  });
  afterEach(async () => {
    await device.close();
    await proxy.close();
    await server.close();
  });

  function send(name: CallName = 'push', { of = 'phone', body = { n: 1 } as unknown } = {}): Promise<CallOutcome> {
    const call = { id: 'r', name, deviceId: `${of}-id`, schemaVersion: 1, body };
    return new Promise((resolve) => device.send(call, resolve));
  }

  function arm(written: unknown, scope: { device?: string; call?: CallName } = {}): void {
    proxy.arm(faultSchema.parse(written), scope);
  }

  /** Lets everything that is on its way arrive, until `holds`. */
  async function eventually(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise(setImmediate);
  }

  test('without faults a call and its answer pass as they are, encoded or not', async () => {
    const headers = { 'content-encoding': 'gzip', 'accept-encoding': 'br', 'x-any': 'y' };
    server.next(whole({ body: gzipSync('{"ok":true}'), headers }));
    expect(await send('push', { body: { notes: 'ruhig 静か' } })).toEqual({
      kind: 'answer',
      body: { ok: true },
      bytes: 11,
    });
    await send('push', { body: { notes: 'calm '.repeat(1_000) } });
    await send('history', { body: { path: ['meditation', 'a/b'] } });
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/sync/sync',
      'POST /api/sync/sync',
      'GET /api/sync/history/meditation/a%2Fb',
    ]);
    expect(server.seen[0]?.body.toString()).toBe('{"notes":"ruhig 静か"}');
    expect(server.seen[0]?.headers).toMatchObject({ authorization: 'Bearer t', 'x-device-id': 'phone-id' });
    expect(server.seen[1]?.headers['content-encoding']).toBe('br');
    expect(proxy.requests('phone')).toMatchObject({ push: 2, history: 1, pull: 0 });
    expect(proxy.requests('tablet')).toMatchObject({ push: 0 });
  });

  test('a lost request never reaches the server, and only the one it was armed for is lost', async () => {
    arm('lose-request', { device: 'phone', call: 'push' });
    expect(await send('push', { of: 'tablet' })).toMatchObject({ kind: 'answer' });
    expect(await send('pull')).toMatchObject({ kind: 'answer' });
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'reset' });
    expect(await send()).toMatchObject({ kind: 'answer' });
    expect(server.seen).toHaveLength(3);
  });

  test.each(['lose-response', { reset: 'response' }])('%j lets the server do its work first', async (fault) => {
    arm(fault);
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'reset' });
    expect(server.seen).toHaveLength(1);
  });

  test('a loss in silence is noticed by nothing but the timeout', async () => {
    arm({ 'lose-response': { silent: true } });
    const outcome = send();
    await server.whenSeen(1);
    await server.whenEnded(1);
    deadlines.elapse(1_000);
    expect(await outcome).toMatchObject({ kind: 'failure', reason: 'timeout' });
  });

  test('a duplicate is delivered after the first was answered, and the device sees the first answer', async () => {
    arm('duplicate');
    server.next(whole({ body: '{"copy":1}' }), whole({ body: '{"copy":2}' }));
    expect(await send()).toMatchObject({ kind: 'answer', body: { copy: 1 } });
    expect(server.seen).toHaveLength(2);
    expect(server.seen[1]?.body).toEqual(server.seen[0]?.body);
  });

  test('a deferred request is answered at once and reaches the server later', async () => {
    arm({ defer: '30s' });
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'malformed' });
    expect(server.seen).toHaveLength(0);
    story.elapse(30_000);
    await server.whenSeen(1);
    expect(JSON.parse(server.seen[0]?.body.toString() ?? '')).toEqual({ n: 1 });
  });

  test('a late duplicate arrives after a later call', async () => {
    arm({ duplicate: { after: '10s' } });
    expect(await send('push', { body: 'first' })).toMatchObject({ kind: 'answer' });
    expect(await send('push', { body: 'second' })).toMatchObject({ kind: 'answer' });
    story.elapse(10_000);
    await server.whenSeen(3);
    expect(server.seen.map(({ body }) => body.toString())).toEqual(['"first"', '"second"', '"first"']);
  });

  test('a delay lasts as long as the story says, on its leg', async () => {
    arm({ delay: '5s' });
    const request = send();
    await eventually(() => story.pending() === 1);
    story.elapse(4_999);
    expect(server.seen).toHaveLength(0);
    story.elapse(1);
    expect(await request).toMatchObject({ kind: 'answer' });

    arm({ delay: '5s', leg: 'response' });
    const response = send();
    await server.whenEnded(2);
    await eventually(() => story.pending() === 1);
    story.elapse(5_000);
    expect(await response).toMatchObject({ kind: 'answer' });
  });

  test('a delayed request reaches the server although the device has given up', async () => {
    arm({ delay: '1h' });
    const outcome = send();
    await eventually(() => story.pending() === 1);
    deadlines.elapse(1_000);
    expect(await outcome).toMatchObject({ kind: 'failure', reason: 'timeout' });
    story.elapse(3_600_000);
    await server.whenEnded(1);
    expect(server.seen).toHaveLength(1);
  });

  test('latency is added to each leg', async () => {
    proxy.setLatency(100);
    const outcome = send();
    for (let leg = 0; leg < 2; leg += 1) {
      await eventually(() => story.pending() === 1);
      expect(server.seen).toHaveLength(leg);
      story.elapse(100);
    }
    expect(await outcome).toMatchObject({ kind: 'answer' });
  });

  test('a status is answered without the server, or in place of its answer', async () => {
    arm({ status: 429, retryAfter: '10s', dated: true });
    arm({ status: 502, leg: 'response', body: '<html>', headers: { 'Content-Type': 'text/html' } });
    expect(await send()).toMatchObject({ kind: 'problem', status: 429, retryAfterMs: 10_000 });
    expect(server.seen).toHaveLength(0);
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'malformed' });
    expect(server.seen).toHaveLength(1);
  });

  test('a captive portal and a truncated answer are failures of the transport', async () => {
    arm('captive-portal');
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'malformed' });
    expect(server.seen).toHaveLength(0);
    arm({ truncate: 60 });
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'malformed' });
    expect(server.seen[0]?.headers['accept-encoding']).toBe('identity');
  });

  test('held messages wait on their leg until their name is released', async () => {
    arm({ hold: 'first' }, { call: 'push' });
    arm({ hold: 'answer', leg: 'response' }, { call: 'pull' });
    const push = send();
    const pull = send('pull');
    await eventually(() => proxy.held().length === 2);
    expect(server.seen.map(({ path }) => path)).toEqual(['/api/sync/changes']);
    expect(proxy.release('other')).toBe(false);
    expect(proxy.release('answer')).toBe(true);
    expect(await pull).toMatchObject({ kind: 'answer' });
    expect(proxy.release('first')).toBe(true);
    expect(await push).toMatchObject({ kind: 'answer' });
    expect(proxy.held()).toEqual([]);
  });

  test('an overtaken message waits for the next one of its leg, at most its time', async () => {
    arm({ reorder: '20s', leg: 'request' }, { call: 'push' });
    const push = send();
    await eventually(() => story.pending() === 1);
    expect(server.seen).toEqual([]);
    await Promise.all([send('pull'), push]);
    expect(server.seen.map(({ path }) => path)).toEqual(['/api/sync/changes', '/api/sync/sync']);
    arm({ reorder: '20s' }, { call: 'push' });
    const alone = send();
    await eventually(() => story.pending() === 1);
    story.elapse(20_000);
    await alone;
  });

  test('a narrow line takes its time for the bytes of both legs', async () => {
    arm({ bandwidth: '1B' }, { call: 'push' });
    const push = send();
    await eventually(() => story.pending() === 1);
    story.elapse(7_000);
    await eventually(() => story.pending() === 1);
    story.elapse(60_000);
    expect(await push).toMatchObject({ kind: 'answer' });
  });

  test('a partition is silent in both directions and ends when mended', async () => {
    let answer: () => void = () => undefined;
    server.next(heldUntil(new Promise<void>((resolve) => (answer = resolve))));
    const before = send();
    await server.whenSeen(1);
    proxy.partition(['phone']);
    answer();
    const during = send();
    await server.whenEnded(1);
    expect(await send('push', { of: 'tablet' })).toMatchObject({ kind: 'answer' });
    deadlines.elapse(1_000);
    expect(await Promise.all([before, during])).toMatchObject([{ reason: 'timeout' }, { reason: 'timeout' }]);
    proxy.mend();
    expect(await send()).toMatchObject({ kind: 'answer' });
    expect(server.seen).toHaveLength(3);
  });

  test('taking the line away resets what is on the wire and refuses what comes after', async () => {
    let answer: () => void = () => undefined;
    server.next(heldUntil(new Promise<void>((resolve) => (answer = resolve))));
    const before = send();
    await server.whenSeen(1);
    proxy.takeOffline('phone');
    expect(await before).toMatchObject({ kind: 'failure', reason: 'reset' });
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'reset' });
    answer();
    proxy.mend('phone');
    expect(await send()).toMatchObject({ kind: 'answer' });
  });

  test('a server that hangs up or is gone is seen as a broken connection, another one is taken over', async () => {
    server.next(hangUp('close'));
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'reset' });
    const other = await startFaultServer();
    await server.close();
    expect(await send()).toMatchObject({ kind: 'failure', reason: 'reset' });
    proxy.redirect([other.url]);
    expect(await send()).toMatchObject({ kind: 'answer' });
    expect(other.seen).toHaveLength(1);
    await other.close();
  });

  test('several servers are asked in turn', async () => {
    const other = await startFaultServer();
    proxy.redirect([server.url, other.url]);
    for (let at = 0; at < 4; at += 1) await send();
    expect([server.seen.length, other.seen.length]).toEqual([2, 2]);
    await other.close();
  });

  test('what is no call of a device passes all faults', async () => {
    arm('lose-request');
    const answer = await fetch(`${proxy.url}/health/live?x=1`);
    expect([answer.status, server.seen[0]?.path]).toEqual([200, '/health/live?x=1']);
    expect(await send()).toMatchObject({ kind: 'failure' });
  });

  test('close lets nothing wait any longer and forwards nothing more', async () => {
    arm({ hold: 'for ever' }, { call: 'push' });
    arm({ delay: '1h' }, { call: 'pull' });
    const outcomes = [send(), send('pull')];
    await eventually(() => proxy.held().length === 1 && story.pending() === 1);
    await proxy.close();
    expect(await Promise.all(outcomes)).toMatchObject([{ reason: 'reset' }, { reason: 'reset' }]);
    expect([server.seen.length, story.pending()]).toEqual([0, 0]);
  });
});

test.each([
  ['POST', '/api/sync/changes', 'pull'],
  ['POST', '/api/sync/sync?x=1', 'push'],
  ['POST', '/api/sync/resolve-conflict', 'resolve'],
  ['GET', '/api/sync/history/meditation/s1', 'history'],
  ['GET', '/api/sync/devices', 'devices'],
  ['GET', '/api/sync/sync', null],
  ['POST', '/api/sync/sync/more', null],
  ['GET', '/api/sync/historyx', null],
])('%s %s is %s', (method, url, name) => expect(callOfRequest(method, url)).toBe(name));
