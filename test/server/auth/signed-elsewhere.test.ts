import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkFirebase, trustFirebaseEmulator } from '../../../src/server/auth/firebase.ts';
import type { Authenticator, Identity } from '../../../src/server/auth/identity.ts';
import { checkJwks } from '../../../src/server/auth/jwks.ts';
import { type KeyHost, keyHost, type TestKey, testKey } from './key-host.ts';

const nowMs = 1_800_000_000_000;
const nowSec = nowMs / 1_000;
let host: KeyHost;
let key: TestKey;
let stranger: TestKey;

beforeAll(async () => {
  [host, key, stranger] = await Promise.all([keyHost(), testKey('k1'), testKey('k1')]);
  host.serve({
    keys: [key.publicJwk, { kty: 'oct', kid: 'shared', k: 'c2VjcmV0LW9mLWF0LWxlYXN0LTMyLWJ5dGVzLWhlcmU' }],
  });
});
afterAll(() => host.close());

type Claims = Readonly<Record<string, unknown>>;

async function judged(authenticate: Authenticator, token: string): Promise<Identity> {
  return authenticate(`Bearer ${token}`, nowMs);
}

const sharedSecret = new TextEncoder().encode('secret-of-at-least-32-bytes-here');

describe('a Firebase id token', () => {
  const project = 'guras-app';
  const good: Claims = {
    iss: `https://securetoken.google.com/${project}`,
    aud: project,
    sub: 'uid-1',
    iat: nowSec - 10,
    exp: nowSec + 3_590,
    auth_time: nowSec - 1_000,
  };
  const check = (lateMs = 0): Authenticator => checkFirebase({ project, keysUrl: `${host.url}/keys`, lateMs });

  test('names the user, and until when', async () => {
    expect(await judged(check(), await key.sign(good))).toEqual({
      kind: 'user',
      user: 'uid-1',
      expiresMs: nowMs + 3_590_000,
    });
  });

  test.each<[string, Claims]>([
    ['of another project', { aud: 'other' }],
    ['of another issuer', { iss: 'https://securetoken.google.com/other' }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with a subject that is too long', { sub: 'x'.repeat(129) }],
    ['that has expired', { exp: nowSec - 1 }],
    ['without an end', { exp: undefined }],
    ['issued in the future', { iat: nowSec + 301 }],
    ['of a sign-in in the future', { auth_time: nowSec + 301 }],
    ['that is not valid yet', { nbf: nowSec + 60 }],
  ])('%s is refused', async (_, claims) => {
    expect(await judged(check(), await key.sign({ ...good, ...claims }))).toMatchObject({
      kind: 'nobody',
      reason: expect.any(String),
    });
  });

  test('passes for a while after its end where that is allowed, and no longer', async () => {
    const late = await key.sign({ ...good, exp: nowSec - 299 });
    expect(await judged(check(300_000), late)).toMatchObject({ kind: 'user', expiresMs: nowMs + 1_000 });
    expect(await judged(check(298_000), late)).toMatchObject({ kind: 'nobody' });
  });

  test('that a stranger signed under a known name is refused', async () => {
    expect(await judged(check(), await stranger.sign(good))).toEqual({
      kind: 'nobody',
      reason: 'its signature does not fit',
    });
  });

  test('signed with a secret, or not at all, is refused: also where the key set holds that secret', async () => {
    const shared = await new SignJWT({ ...good })
      .setProtectedHeader({ alg: 'HS256', kid: 'shared' })
      .sign(sharedSecret);
    const unsigned = new UnsecuredJWT({ ...good }).encode();
    for (const token of [shared, unsigned]) expect(await judged(check(), token)).toMatchObject({ kind: 'nobody' });
  });

  test('is taken unsigned by the mode for the emulator alone, which still looks at project and lifetime', async () => {
    const emulator = trustFirebaseEmulator({ project });
    expect(await judged(emulator, new UnsecuredJWT({ ...good }).encode())).toMatchObject({
      kind: 'user',
      user: 'uid-1',
    });
    for (const claims of [{ aud: 'other' }, { exp: nowSec - 1 }, { sub: '' }])
      expect(await judged(emulator, new UnsecuredJWT({ ...good, ...claims }).encode())).toMatchObject({
        kind: 'nobody',
      });
    expect(await judged(emulator, await key.sign(good))).toMatchObject({ kind: 'nobody' });
  });

  test('can not be judged while the keys can not be had: that is no refusal', async () => {
    const unreachable = checkFirebase({ project, keysUrl: 'http://127.0.0.1:9/keys' });
    expect(await judged(unreachable, await key.sign(good))).toMatchObject({ kind: 'undecided', retryAfterMs: 2_000 });
  });
});

describe('a token of an issuer with discovery', () => {
  const check = (): Authenticator => checkJwks({ issuer: host.url, audience: 'guras' });
  const good = (): Claims => ({ iss: host.url, aud: ['guras', 'else'], sub: 'ana', exp: nowSec + 60 });

  test('names the user; the address of the keys is found by its issuer', async () => {
    expect(await judged(check(), await key.sign(good()))).toMatchObject({ kind: 'user', user: 'ana' });
  });

  test.each<[string, Claims]>([
    ['for another audience', { aud: 'else' }],
    ['of another issuer', { iss: 'http://127.0.0.1:1' }],
    ['without a subject', { sub: undefined }],
    ['without an end', { exp: undefined }],
  ])('%s is refused', async (_, claims) => {
    expect(await judged(check(), await key.sign({ ...good(), ...claims }))).toMatchObject({ kind: 'nobody' });
  });

  test('nothing of a token is in the reason of its refusal', async () => {
    const marked = 'marked-7f3a';
    const odd = [
      await key.sign({ ...good(), iss: marked, sub: marked }),
      await key.sign({ ...good(), aud: marked }),
      await key.sign(good(), { crit: [marked], [marked]: 1 }).catch(() => marked),
      await stranger.sign(good(), { kid: marked }),
      `${marked}.${marked}.${marked}`,
      marked,
    ];
    for (const token of odd) expect(JSON.stringify(await judged(check(), token))).not.toContain(marked);
  });
});
