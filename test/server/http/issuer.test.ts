import { decodeJwt } from 'jose';
import { afterEach, expect, test } from 'vitest';
import type { AuthOptions } from '../../../src/server/auth/authenticator.ts';
import type { RunningServer } from '../../../src/server/start-server.ts';
import { ask, running } from './running.ts';

const open: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function started(auth: AuthOptions, clock?: () => number): Promise<RunningServer> {
  const server = await running({ auth, ...(clock === undefined ? {} : { clock }) });
  open.push(server);
  return server;
}

const devices = '/api/sync/devices';

async function tokenOf(server: RunningServer, wish: object): Promise<string> {
  const seen = await ask(server, '/issuer/tokens', { token: null, body: wish });
  expect(seen.status).toBe(200);
  return String(seen.json.token);
}

test('a token for any user opens that user, and the server without the switch has no issuer', async () => {
  const server = await started({ kind: 'issuer' });
  expect((await ask(server, devices, { token: await tokenOf(server, { uid: 'bea' }) })).status).toBe(200);
  expect((await ask(server, devices, { token: 'bea' })).status).toBe(401);
  const plain = await started({ kind: 'none' });
  for (const path of ['/issuer/tokens', '/issuer/rotate', '/issuer/refuse', '/issuer/v1/token'])
    expect((await ask(plain, path, { body: { uid: 'bea' } })).status).toBe(404);
  expect((await ask(plain, '/issuer/keys')).status).toBe(404);
});

test('lifetimes and clocks are as wished: an ended token is refused, a late one passes where that is allowed', async () => {
  let nowMs = 1_800_000_000_000;
  const strict = await started({ kind: 'issuer' }, () => nowMs);
  const lenient = await started({ kind: 'issuer', lateMs: 300_000 }, () => nowMs);
  for (const [server, late] of [
    [strict, 401],
    [lenient, 200],
  ] as const) {
    const token = await tokenOf(server, { uid: 'ana', lifetimeMs: 60_000 });
    const ahead = await tokenOf(server, { uid: 'ana', skewMs: 600_000 });
    expect((await ask(server, devices, { token })).status).toBe(200);
    expect((await ask(server, devices, { token: ahead })).status).toBe(401);
    nowMs += 61_000;
    expect((await ask(server, devices, { token })).status).toBe(late);
  }
});

test('the ends of the tokens of many devices lie apart', async () => {
  const server = await started({ kind: 'issuer', lifetimeMs: 1_000_000, spread: 0.5 }, () => 1_800_000_000_000);
  const tokens = await Promise.all(Array.from({ length: 50 }, (_, at) => tokenOf(server, { uid: `u${at}` })));
  const ends = tokens.map((token) => Number(decodeJwt(token).exp)).toSorted((a, b) => a - b);
  const gaps = ends.slice(1).map((end, at) => end - Number(ends[at]));
  expect([Math.min(...gaps) >= 5, Math.max(...gaps) <= 20]).toEqual([true, true]);
  expect(Number(ends.at(-1)) - Number(ends[0])).toBeGreaterThan(450);
});

test('after a rotation new tokens have another key; old ones pass while the old key is kept', async () => {
  const server = await started({ kind: 'issuer' });
  const other = await started({ kind: 'jwks', issuer: `${server.url}/issuer`, audience: 'guras-sync' });
  const old = await tokenOf(server, { uid: 'ana' });
  await ask(server, '/issuer/rotate', { body: {} });
  const fresh = await tokenOf(server, { uid: 'ana' });
  for (const token of [old, fresh])
    for (const at of [server, other]) expect((await ask(at, devices, { token })).status).toBe(200);
  await ask(server, '/issuer/rotate', { body: { keep: 0 } });
  expect((await ask(server, devices, { token: fresh })).status).toBe(401);
  expect((await ask(server, devices, { token: await tokenOf(server, { uid: 'ana' }) })).status).toBe(200);
});

test('a key that is newer than those held is no refusal: the answer is 503 with a time', async () => {
  const server = await started({ kind: 'issuer' });
  const other = await started({ kind: 'jwks', issuer: `${server.url}/issuer`, audience: 'guras-sync' });
  expect((await ask(other, devices, { token: await tokenOf(server, { uid: 'ana' }) })).status).toBe(200);
  await ask(server, '/issuer/rotate', { body: {} });
  const seen = await ask(other, devices, { token: await tokenOf(server, { uid: 'ana' }) });
  expect([seen.status, seen.json.code, Number(seen.headers.get('retry-after')) > 0]).toEqual([
    503,
    'unavailable',
    true,
  ]);
});

test('a project makes it issue as Firebase does, and a server for that project takes the tokens', async () => {
  const server = await started({ kind: 'issuer', project: 'guras-app' });
  const other = await started({ kind: 'firebase', project: 'guras-app', keysUrl: `${server.url}/issuer/keys` });
  const token = await tokenOf(server, { uid: 'ana' });
  expect(decodeJwt(token)).toMatchObject({ iss: 'https://securetoken.google.com/guras-app', user_id: 'ana' });
  expect((await ask(other, devices, { token })).status).toBe(200);
});

test('a refresh token is exchanged as Firebase does it, until its user is refused', async () => {
  const server = await started({ kind: 'issuer', project: 'guras-app' });
  const issued = await ask(server, '/issuer/tokens', { body: { uid: 'ana' } });
  const exchange = (refreshToken: string) =>
    ask(server, '/issuer/v1/token?key=any', {
      token: null,
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const renewed = await exchange(String(issued.json.refreshToken));
  expect(renewed.json).toMatchObject({ user_id: 'ana', project_id: 'guras-app', token_type: 'Bearer' });
  expect((await ask(server, devices, { token: String(renewed.json.id_token) })).status).toBe(200);
  expect((await exchange('made.up')).json).toMatchObject({ error: { message: 'INVALID_REFRESH_TOKEN' } });
  await ask(server, '/issuer/refuse', { body: { uid: 'ana' } });
  expect((await exchange(String(issued.json.refreshToken))).status).toBe(400);
  expect((await ask(server, '/issuer/tokens', { body: { uid: 'ana' } })).status).toBe(403);
});

test('a wish that is none is told by its place', async () => {
  const server = await started({ kind: 'issuer' });
  for (const body of [{}, { uid: '' }, { uid: 'ana', lifetime: 5 }, { uid: 'ana', lifetimeMs: 'long' }, []])
    expect((await ask(server, '/issuer/tokens', { body })).status).toBe(400);
});
