import { afterEach, expect, it } from 'vitest';
import { fixedToken } from '../../src/adapters/portable/token-fixed.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { openUrl } from '../../src/live/open-url.ts';
import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import type { Stage, StageSetup } from '../../src/stage/stage.ts';

let server: RunningServer | null = null;
let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  await server?.close();
  [stage, server] = [null, null];
});

const setup: StageSetup = {
  seed: 'seed',
  devices: [
    {
      name: 'phone',
      user: 'ana',
      clockMs: 0,
      online: true,
      sync: 'auto',
      limits: { backoffBaseMs: 20, backoffMaxMs: 40 },
    },
  ],
  fixtures: new Map(),
  registry: 'guras',
  serverLimits: {},
  trace: () => undefined,
};

it('a device syncs with a server that is there already, in true time, faults of the line included', async () => {
  server = await startServer({
    store: { kind: 'sqlite', path: ':memory:' },
    registry: gurasRegistry,
    auth: { kind: 'none' },
  });
  stage = await openUrl({ url: server.url, tokensOf: fixedToken })(setup);
  const phone = stage.devices.get('phone');
  phone?.arm({ fault: 'lose-request', silent: false }, { call: 'push' });
  const edit = { action: 'create', entityType: 'preferences', entityId: 'me', data: { theme: 'dark' } } as const;
  expect(await phone?.engine()?.write(edit)).toMatchObject({ ok: true });
  const synced = async () => {
    const status = await phone?.engine()?.status();
    return status?.synced === true ? ({ holds: true } as const) : ({ holds: false, because: 'not synced' } as const);
  };
  expect(await stage.runUntil(synced, 10_000)).toEqual({ holds: true });
  expect(phone?.requests().push).toBe(2);
  expect([...stage.abilities]).not.toContain('jump');
});

it('an address where nobody answers is a failure of the world', async () => {
  const opening = openUrl({ url: 'http://127.0.0.1:9/', tokensOf: fixedToken })(setup);
  await expect(opening).rejects.toMatchObject({ name: 'StageError', hint: expect.stringContaining('address') });
});
