import { SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { openUrl } from '../../src/live/open-url.ts';
import type { TokenSource } from '../../src/ports/transport.ts';
import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import type { Condition, Stage } from '../../src/stage/stage.ts';
import { guras } from '../cli/captured-terminal.ts';

const secret = 'a secret of thirty-two bytes or more';
let server: RunningServer | null = null;
let stage: Stage | null = null;

afterEach(async () => {
  await stage?.close();
  await server?.close();
  [stage, server] = [null, null];
});

/** First a token that ended an hour ago, from then on good ones. */
function lateTokens(): TokenSource & { refreshed: number } {
  const token = (hours: number) =>
    new SignJWT({ sub: 'ana', exp: Math.floor(Date.now() / 1_000) + hours * 3_600 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
  const source = {
    refreshed: 0,
    current: () => token(source.refreshed === 0 ? -1 : 1),
    refresh: () => {
      source.refreshed += 1;
      return token(1);
    },
  };
  return source;
}

async function open(tokens: TokenSource, startedAt: string): Promise<Stage> {
  const data = { sessionId: 'open-sit', startedAt, completedAt: '2026-03-01T06:42:00Z', durationSec: 720 };
  server = await startServer({
    store: { kind: 'sqlite', path: ':memory:' },
    registry: gurasRegistry,
    auth: { kind: 'hs256', secret },
    flavour: 'dotnet',
    seed: { users: { ana: [{ entityType: 'meditation', entityId: 's1', data }] } },
  });
  const phone = { name: 'phone', user: 'ana', clockMs: 0, online: true, sync: 'auto', limits: {} } as const;
  const setup = { seed: 's', devices: [phone], fixtures: new Map(), registry: 'guras', serverLimits: {} } as const;
  stage = await openUrl({ url: server.url, tokensOf: () => tokens })({ ...setup, trace: () => undefined });
  return stage;
}

const synced: Condition = async () => {
  const status = await stage?.devices.get('phone')?.engine()?.status();
  return status?.synced === true ? { holds: true } : { holds: false, because: 'not synced' };
};

describe('a device and a server that answers as .NET does', () => {
  it('a 401 without a body costs one new token, and what was made meanwhile arrives', async () => {
    const tokens = lateTokens();
    const { devices } = await open(tokens, '2026-03-01T06:30:00Z');
    const engine = devices.get('phone')?.engine();
    await engine?.write({ action: 'create', entityType: 'preferences', entityId: 'me', data: { theme: 'dark' } });
    expect(await stage?.runUntil(synced, 10_000)).toEqual({ holds: true });
    expect(tokens.refreshed).toBe(1);
    const stored = await engine?.get('preferences', 'me');
    expect(stored).toMatchObject({ data: { theme: 'dark' }, syncStatus: 'synced' });
  });

  it('a time with seven fractional digits is kept to the last of them', async () => {
    const startedAt = '2026-03-01T06:30:00.1234567Z';
    const tokens = lateTokens();
    const { devices } = await open(tokens, startedAt);
    expect(await stage?.runUntil(synced, 10_000)).toEqual({ holds: true });
    const row = await devices.get('phone')?.engine()?.get('meditation', 's1');
    expect(row?.data).toMatchObject({ startedAt });
  });

  it('plays the shipped scenarios about errors, refusals and signing in', async () => {
    const files = [
      'a-batch-half-accepted-loses-nothing',
      'a-server-that-refuses-whole-batches-starves-nobody',
      'an-expired-token-costs-nothing',
      'edits-made-while-signed-out-are-sent-after-signing-in',
    ].map((name) => `scenarios/batches/${name}.yaml`);
    const on = ['--on', 'embedded', '--flavour', 'dotnet', '--speed', '20', '--stories', 'failed', '--case', '1'];
    const { code, stdout } = await guras(['run', ...files, ...on]);
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('4 passed, 0 failed, 0 skipped');
  }, 60_000);

  it('a server elsewhere has a flavour of its own', async () => {
    const { code, stderr } = await guras(['run', 'scenarios/smoke.yaml', '--flavour', 'dotnet']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--flavour needs --on embedded')]);
  });
});
