import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { type RunningServer, startServer } from '../../src/server/start-server.ts';
import { asyncStorageOver, loadInto } from './bare-platform.ts';
import { type Bundle, bundleFor, sizeTable } from './bundle.ts';
import type { App } from './phone-app.ts';

const appCode = `export * from './test/portable/phone-app.ts';`;
const entryCode = `export * from './src/index.ts'; export * from './src/adapters/portable/index.ts';`;
const times = { startedAt: '2026-03-01T06:30:00Z', completedAt: '2026-03-01T06:42:00Z', durationSec: 720 };
const session = { sessionId: 'calm7-1', ...times, notes: 'calm – 🙂' };

let appBundle: Bundle;
let server: RunningServer;
const open: App[] = [];

beforeAll(async () => {
  appBundle = await bundleFor('browser', appCode);
}, 60_000);
beforeEach(async () => {
  server = await startServer({
    store: { kind: 'sqlite', path: ':memory:' },
    registry: gurasRegistry,
    auth: { kind: 'none' },
  });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.close()));
  await server.close();
});

/** Starts the app on a platform of its own, as every start of an app is. */
async function started(deviceId: string, map: Map<string, string>): Promise<{ app: App; missed: ReadonlySet<string> }> {
  const { startApp, missed } = loadInto(appBundle.text);
  const isNew = map.size === 0;
  const app = await startApp({ baseUrl: server.url, user: 'ana', deviceId, store: asyncStorageOver(map), isNew });
  open.push(app);
  return { app, missed };
}

async function closed(app: App): Promise<void> {
  open.splice(open.indexOf(app), 1);
  await app.close();
}

describe('the portable entry points', () => {
  it.each(['browser', 'neutral'] as const)(
    'bundle for a %s platform, with nothing but their own code and zod',
    async (platform) => {
      const whole = await bundleFor(platform, entryCode);
      const foreign = whole.files.filter((file) => !file.startsWith('src/') && !file.startsWith('node_modules/zod/'));
      expect(foreign).toEqual([]);
      expect(
        whole.files.filter((file) => /^src\/(server|live|cli|sim|stage|scenario|adapters\/node)\//.test(file)),
      ).toEqual([]);
      if (platform !== 'browser') return;
      const bundles = {
        'everything of guras-sync and guras-sync/adapters': whole,
        'an app: engine, key-value storage, fetch': appBundle,
      };
      process.stdout.write(`\n${sizeTable(bundles)}\n`);
    },
  );

  it('load where there is no Node, and look for none of it', () => {
    const { missed } = loadInto(appBundle.text);
    expect([...missed]).toEqual([]);
  });
});

describe('what the check of the bundle would find', () => {
  it('code that needs Node does not bundle', async () => {
    await expect(bundleFor('browser', `export * from './src/adapters/node/random.ts';`)).rejects.toThrow(
      /Could not resolve "node:/,
    );
  });

  it('a global of Node that is looked for is told, and code from text does not run', () => {
    const { run, missed } = loadInto(appBundle.text);
    expect(run('typeof process')).toBe('undefined');
    expect([...missed]).toEqual(['process']);
    expect(() => run('new Function("return 1")()')).toThrow(/Code generation from strings disallowed/);
  });
});

describe('an app on a bare platform', () => {
  it('keeps what is written offline over a restart, sends it through fetch, and another device sees it', async () => {
    const [phoneMap, tabletMap] = [new Map<string, string>(), new Map<string, string>()];
    const first = await started('phone', phoneMap);
    await first.app.device.setOffline(true);
    const created = await first.app.device.write({
      action: 'create',
      entityType: 'meditation',
      entityId: 's1',
      data: session,
    });
    expect(created).toMatchObject({ ok: true, entityId: 's1' });
    expect(await first.app.device.syncAll()).toMatchObject({ ok: false, phase: 'paused' });
    await closed(first.app);

    const phone = await started('phone', phoneMap);
    expect(await phone.app.device.get('meditation', 's1')).toMatchObject({ data: session, syncStatus: 'pending' });
    await phone.app.device.setOffline(false);
    expect(await phone.app.device.syncAll()).toMatchObject({ ok: true, pushed: 1 });

    const tablet = await started('tablet', tabletMap);
    expect(await tablet.app.device.syncAll()).toMatchObject({ ok: true, pulled: 1 });
    expect(await tablet.app.device.get('meditation', 's1')).toMatchObject({ data: session, syncStatus: 'synced' });
    await tablet.app.device.write({ action: 'update', entityType: 'meditation', entityId: 's1', set: { rating: 5 } });
    expect(await tablet.app.device.syncAll()).toMatchObject({ ok: true, pushed: 1 });
    expect(await phone.app.device.syncAll()).toMatchObject({ ok: true });
    expect(await phone.app.device.get('meditation', 's1')).toMatchObject({ data: { rating: 5 } });
    expect(await phone.app.device.digest()).toEqual(await tablet.app.device.digest());
    for (const { missed } of [first, phone, tablet]) expect([...missed]).toEqual([]);
  });

  it('a wrong edit is refused with field and rule', async () => {
    const { app } = await started('phone', new Map());
    const data = { ...session, rating: 7 };
    const outcome = await app.device.write({ action: 'create', entityType: 'meditation', data });
    expect(outcome).toMatchObject({ ok: false, problem: { field: 'rating' } });
  });
});
