import { errors } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { KeysUnavailable, RemoteKeys } from '../../../src/server/auth/remote-keys.ts';
import { type KeyHost, keyHost, type TestKey, testKey } from './key-host.ts';

let host: KeyHost;
let one: TestKey;
let two: TestKey;
let nowMs: number;
let asked: number;

beforeAll(async () => {
  [host, one, two] = await Promise.all([keyHost(), testKey('one'), testKey('two')]);
});
afterAll(() => host.close());
beforeEach(() => {
  nowMs = 1_000_000;
  asked = host.asked();
  host.serve({ keys: [one.publicJwk] });
});

function keys(): RemoteKeys {
  return new RemoteKeys({ url: null, issuer: host.url, monoMs: () => nowMs });
}

const named = (kid: string) => ({ alg: 'RS256', kid });
const fetches = (): number => host.asked() - asked;

test('keys are fetched once for all who wait, and kept for as long as their host says', async () => {
  host.serve({ keys: [one.publicJwk], maxAge: 60 });
  const remote = keys();
  await Promise.all(Array.from({ length: 20 }, () => remote.keyOf(named('one'))));
  nowMs += 59_999;
  await remote.keyOf(named('one'));
  expect(fetches()).toBe(1);
  nowMs += 1;
  await remote.keyOf(named('one'));
  expect(fetches()).toBe(2);
});

test('a name that is not held is looked for once more at the host: a rotation is seen at once', async () => {
  const remote = keys();
  await remote.keyOf(named('one'));
  host.serve({ keys: [two.publicJwk, one.publicJwk] });
  nowMs += 30_000;
  await remote.keyOf(named('two'));
  await remote.keyOf(named('one'));
  expect(fetches()).toBe(2);
});

test('ten thousand made-up names cause one fetch, and a good token still passes', async () => {
  const remote = keys();
  await remote.keyOf(named('one'));
  nowMs += 30_000;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10_000 }, (_, at) => remote.keyOf(named(`made up ${at}`))),
  );
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  await remote.keyOf(named('one'));
  expect(fetches()).toBe(2);
});

test('a name that may be newer than the held set is undecided until the next fetch decides', async () => {
  const remote = keys();
  await remote.keyOf(named('one'));
  nowMs += 1_000;
  const early = await remote.keyOf(named('two')).catch((error: unknown) => error);
  expect(early).toBeInstanceOf(KeysUnavailable);
  expect((early as KeysUnavailable).retryAfterMs).toBe(29_000);
  nowMs += 29_000;
  await expect(remote.keyOf(named('another'))).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
  // Another name has just caused the fetch, which came after `two` was first seen.
  await expect(remote.keyOf(named('two'))).rejects.toBeInstanceOf(errors.JWKSNoMatchingKey);
  expect(fetches()).toBe(2);
});

test('a host that fails makes tokens undecided, is asked again soon, and not at every request', async () => {
  host.serve({ status: 500 });
  const remote = keys();
  for (let at = 0; at < 50; at++) await expect(remote.keyOf(named('one'))).rejects.toBeInstanceOf(KeysUnavailable);
  expect(fetches()).toBe(1);
  host.serve({ keys: [one.publicJwk] });
  nowMs += 2_000;
  await remote.keyOf(named('one'));
  expect(fetches()).toBe(2);
});

test('held keys go on for a day while their host fails, and no longer', async () => {
  host.serve({ keys: [one.publicJwk], maxAge: 60 });
  const remote = keys();
  await remote.keyOf(named('one'));
  host.serve({ status: 503 });
  nowMs += 60_000 + 86_399_999;
  await remote.keyOf(named('one'));
  // A new name can't be told from a made-up one meanwhile.
  await expect(remote.keyOf(named('two'))).rejects.toBeInstanceOf(KeysUnavailable);
  nowMs += 2_001;
  await expect(remote.keyOf(named('one'))).rejects.toBeInstanceOf(KeysUnavailable);
});

test('a key address elsewhere is asked by https only, and nothing is sent to it otherwise', async () => {
  const remote = new RemoteKeys({ url: 'http://keys.example.org/', issuer: 'x', monoMs: () => nowMs });
  const failure = await remote.keyOf(named('one')).catch((error: unknown) => error);
  expect((failure as KeysUnavailable).cause).toMatchObject({ message: expect.stringContaining('neither https') });
});
