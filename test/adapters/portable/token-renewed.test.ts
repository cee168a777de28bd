import { beforeEach, expect, test } from 'vitest';
import { renewedToken } from '../../../src/adapters/portable/token-renewed.ts';
import { TokenUnavailable } from '../../../src/ports/transport.ts';

let nowMs: number;
let made: number;
let next: () => Promise<{ readonly token: string; readonly livesMs: number | null } | null>;

beforeEach(() => {
  [nowMs, made] = [0, 0];
  next = () => Promise.resolve({ token: `token ${made}`, livesMs: 3_600_000 });
});

const source = () =>
  renewedToken({
    monoMs: () => nowMs,
    make: () => {
      made += 1;
      return next();
    },
  });

test('all who wait share one token, and it is held', async () => {
  const tokens = source();
  const all = await Promise.all([tokens.current(), tokens.refresh(), tokens.current(), tokens.refresh()]);
  expect([new Set(all).size, made]).toEqual([1, 1]);
  expect([await tokens.current(), made]).toEqual(['token 1', 1]);
  expect([await tokens.refresh(), await tokens.current(), made]).toEqual(['token 2', 'token 2', 2]);
});

test('a token is made anew a minute before its end, or a tenth of its life before', async () => {
  const hour = source();
  await hour.current();
  nowMs = 3_539_999;
  expect(await hour.current()).toBe('token 1');
  nowMs = 3_540_000;
  expect(await hour.current()).toBe('token 2');
  next = () => Promise.resolve({ token: `short ${made}`, livesMs: 1_000 });
  const short = source();
  await short.current();
  nowMs += 899;
  expect(await short.current()).toBe('short 3');
  nowMs += 1;
  expect(await short.current()).toBe('short 4');
});

test('the held token goes on while no new one can be had, and a refusal ends it', async () => {
  const tokens = source();
  await tokens.current();
  nowMs = 3_550_000;
  next = () => Promise.reject(new TokenUnavailable('no line'));
  expect(await tokens.current()).toBe('token 1');
  await expect(tokens.refresh()).rejects.toThrow('no line');
  next = () => Promise.resolve(null);
  expect([await tokens.current(), await tokens.refresh()]).toEqual([null, null]);
});
