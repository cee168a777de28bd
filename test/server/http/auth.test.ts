import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningServer } from '../../../src/server/start-server.ts';
import { ask, pushOf, running } from './running.ts';

const secret = 'a secret of at least thirty-two bytes';
const nowMs = 1_800_000_000_000;
let server: RunningServer;

beforeAll(async () => {
  server = await running({ auth: { kind: 'hs256', secret, issuer: 'guras', audience: 'sync' }, clock: () => nowMs });
});
afterAll(() => server.close());

interface Claims {
  readonly sub?: string;
  readonly key?: string;
  readonly algorithm?: string;
  readonly lifeMs?: number;
  readonly issuer?: string;
  readonly audience?: string;
}

function token(claims: Claims = {}): Promise<string> {
  const {
    sub = 'ana',
    key = secret,
    algorithm = 'HS256',
    lifeMs = 60_000,
    issuer = 'guras',
    audience = 'sync',
  } = claims;
  return new SignJWT(sub === '' ? {} : { sub })
    .setProtectedHeader({ alg: algorithm })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime((nowMs + lifeMs) / 1_000)
    .sign(new TextEncoder().encode(key));
}

const devices = '/api/sync/devices';

test('the subject of a good token is the user', async () => {
  await ask(server, '/api/sync/sync', { token: await token({ sub: 'bea' }), body: pushOf('n1') });
  expect((await ask(server, devices, { token: await token({ sub: 'bea' }) })).json.devices).toHaveLength(1);
  expect((await ask(server, devices, { token: await token({ sub: 'ana' }) })).json.devices).toHaveLength(0);
});

test.each<[string, Claims]>([
  ['signed with another secret', { key: 'another secret of at least 32 bytes' }],
  ['expired by the server clock', { lifeMs: -1_000 }],
  ['of another issuer', { issuer: 'someone' }],
  ['for another audience', { audience: 'other' }],
  ['without a subject', { sub: '' }],
  ['signed with another algorithm', { algorithm: 'HS384', key: `${secret} and some more to be long enough` }],
])('a token %s is 401 invalid_token', async (_, claims) => {
  const seen = await ask(server, devices, { token: await token(claims) });
  expect([seen.status, seen.json.code]).toEqual([401, 'unauthenticated']);
  expect(seen.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
});

test('an unsigned token is refused, and so is a name', async () => {
  const unsigned = new UnsecuredJWT({ sub: 'ana' }).setIssuer('guras').setAudience('sync').encode();
  expect((await ask(server, devices, { token: unsigned })).status).toBe(401);
  expect((await ask(server, devices, { token: 'ana' })).status).toBe(401);
});
