import { describe, expect, test } from 'vitest';
import { ask, running } from './running.ts';

const pull = '/api/sync/changes';
const asked = (token: string, device = 'phone') => ({
  token,
  body: { deviceId: device, registered: false },
  headers: { 'x-device-id': device },
});

describe('rates', () => {
  test('a user beyond the allowance is answered 429 with Retry-After, other users are not', async () => {
    const server = await running({ rates: { user: { count: 2, windowMs: 60_000 } } });
    for (const device of ['phone', 'tablet']) expect((await ask(server, pull, asked('ana', device))).status).toBe(200);
    const seen = await ask(server, pull, asked('ana'));
    expect([seen.status, seen.json.code]).toEqual([429, 'too_many_requests']);
    expect(Number(seen.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(seen.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await ask(server, pull, asked('bea'))).status).toBe(200);
    expect((await ask(server, '/metrics')).text).toContain(
      'aspnetcore_rate_limiting_requests_total{aspnetcore_rate_limiting_result="endpoint_limiter"} 1',
    );
    await server.close();
  });

  test('devices of one user have an allowance each, and the same name of another user is another device', async () => {
    const server = await running({ rates: { device: { count: 1, windowMs: 60_000 } } });
    const statuses: number[] = [];
    for (const [token, device] of [
      ['ana', 'phone'],
      ['ana', 'phone'],
      ['ana', 'tablet'],
      ['bea', 'phone'],
    ] as const)
      statuses.push((await ask(server, pull, asked(token, device))).status);
    expect(statuses).toEqual([200, 429, 200, 200]);
    await server.close();
  });

  test('an address that guesses tokens is stopped before its tokens are looked at', async () => {
    const server = await running({
      auth: { kind: 'hs256', secret: 's'.repeat(32) },
      rates: { address: { count: 2, windowMs: 60_000 } },
    });
    const statuses: number[] = [];
    for (let at = 0; at < 3; at += 1) statuses.push((await ask(server, pull, asked(`guess-${at}`))).status);
    expect(statuses).toEqual([401, 401, 429]);
    expect((await ask(server, '/health/ready')).status).toBe(200);
    await server.close();
  });

  test('without rules nothing is counted', async () => {
    const server = await running();
    for (let at = 0; at < 30; at += 1) expect((await ask(server, pull, asked('ana'))).status).toBe(200);
    await server.close();
  });
});
