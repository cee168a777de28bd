import { afterEach, expect, it } from 'vitest';
import { nodeClock } from '../../src/adapters/node/clock.ts';
import { fixedToken } from '../../src/adapters/portable/token-fixed.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { openUrl } from '../../src/live/open-url.ts';
import { ServerFaults } from '../../src/live/server-faults.ts';
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

it('at a server with a fault interface, stories put rows there, look at it, and leave no trace', async () => {
  const faults = new ServerFaults({ clock: nodeClock() });
  const store = { kind: 'sqlite', path: ':memory:' } as const;
  server = await startServer({ store, registry: gurasRegistry, auth: { kind: 'none' }, faults });
  const data = { text: 'Be.', author: 'x', source: 'y', category: 'mind' };
  const quote = { part: 'catalogue', entityType: 'quotes', entityId: 'q1', data } as const;
  const like = { part: 'user', entityType: 'quotes', entityId: 'q1', data: { liked: true } } as const;
  stage = await openUrl({ url: server.url, tokensOf: fixedToken })({
    ...setup,
    fixtures: new Map([['ana', [quote, like]]]),
  });
  const told = stage.server;
  expect(await told.row('ana', quote)).toMatchObject({ data: { text: 'Be.', liked: true } });
  const engine = stage.devices.get('phone')?.engine();
  const edit = { action: 'create', entityType: 'preferences', entityId: 'me', data: { theme: 'dark' } } as const;
  const written = await engine?.write(edit);
  const changeId = written?.ok === true ? (written.changeIds[0] ?? '') : '';
  const committed = async () => {
    const { size } = await told.effects('ana', [changeId]);
    return size === 1 ? ({ holds: true } as const) : ({ holds: false, because: 'not committed' } as const);
  };
  expect(await stage.runUntil(committed, 10_000)).toEqual({ holds: true });
  expect(await told.verdicts('ana')).toEqual({ applied: 1, conflict: 0, rejected: 0 });
  expect(await told.history('ana', edit)).toMatchObject([{ version: 2, changeId, deleted: false }]);
  expect(await told.digest('ana')).toMatchObject({ preferences: { count: 1 } });
  expect(told.requests().push).toBe(1);
  await told.backup();
  expect(await told.restore()).toBe(true);
  expect([...stage.abilities]).toEqual(expect.arrayContaining(['read-server', 'purge']));
  expect([...stage.abilities]).not.toContain('stop-server');
  await stage.close();
  stage = null;
  const after = await (await fetch(`${server.url}/fault/users/ana`)).json();
  expect(after).toMatchObject({ counter: 0, rows: [], verdicts: [] });
});

it('an address where nobody answers is a failure of the world', async () => {
  const opening = openUrl({ url: 'http://127.0.0.1:9/', tokensOf: fixedToken })(setup);
  await expect(opening).rejects.toMatchObject({ name: 'StageError', hint: expect.stringContaining('address') });
});
