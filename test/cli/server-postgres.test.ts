import { beforeAll, expect, test } from 'vitest';
import { nodeRandom } from '../../src/adapters/node/random.ts';
import { brandId, type UserId } from '../../src/core/ids.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { makeServeAsync } from '../../src/server/serve-async.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { drawEpoch } from '../../src/server/upkeep.ts';
import { ownDatabase } from '../postgres/own-database.ts';
import { guras } from './captured-terminal.ts';
import { scratchFolder } from './scratch.ts';

const file = scratchFolder();
let url: string;
beforeAll(async () => {
  url = await ownDatabase();
  await write();
}, 60_000);

/** One session of ana, in two versions. */
async function write(): Promise<void> {
  const store = await openStore({ kind: 'postgres', url }, drawEpoch(nodeRandom()));
  const serve = makeServeAsync({ store, registry: gurasRegistry });
  const times = { startedAt: '2026-03-01T06:30:00Z', completedAt: '2026-03-01T06:42:00Z', durationSec: 720 };
  const stampsOf = (data: object) =>
    Object.fromEntries(Object.keys(data).map((name) => [name, '1700000000000-0000-phone']));
  const change = (seq: number, action: string, data: object) => ({
    id: `c${seq}`,
    seq,
    entityType: 'meditation',
    entityId: 's1',
    action,
    baseVersion: action === 'CREATE' ? null : 1,
    data,
    stamps: stampsOf(data),
    timestamp: 1,
  });
  const sender = { deviceId: 'phone', registered: false, incarnation: 'i', previousIncarnations: [], epoch: null };
  for (const one of [
    change(1, 'CREATE', { sessionId: 's1', ...times, notes: 'calm' }),
    change(2, 'UPDATE', { notes: 'busy' }),
  ]) {
    const call = { name: 'push', user: brandId<UserId>('ana'), body: { ...sender, changes: [one] } } as const;
    const headers = { deviceId: null, protocolVersion: 1, schemaVersion: null, appVersion: null };
    expect((await serve({ ...call, ...headers }, Date.now())).body).toContain('"applied"');
  }
  await store.close();
}

async function json(name: string, ...argv: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await guras(['server', name, '--store', url, ...argv, '--json']);
  expect([name, code, stderr]).toEqual([name, 0, '']);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('the data in PostgreSQL is looked after by the same commands', async () => {
  const epoch = (await json('export', 'ana')).epoch;
  expect((await json('history', 'ana', 'meditation', 's1')).versions).toMatchObject([{ version: 1 }, { version: 2 }]);
  expect(await json('backup', file('b'))).toMatchObject({ file: file('b') });
  expect(await json('rollback', 'ana', 'meditation', 's1', '--to', '1')).toMatchObject({ version: 3 });
  expect(await json('erase', 'ana', '--confirm', 'ana')).toHaveProperty('erasedAt');
  const name = new URL(url).pathname.slice(1);
  expect((await guras(['server', 'restore', '--store', url, file('b')])).stderr).toContain(`--confirm ${name}`);
  const restored = await json('restore', file('b'), '--confirm', name);
  expect(restored.epoch).not.toBe(epoch);
  expect(await json('export', 'ana')).toMatchObject({
    epoch: restored.epoch,
    rows: { meditation: [{ data: { notes: 'busy' } }] },
  });
  expect(await json('purge', '--keep-history', '0s', '--confirm', 'purge')).toMatchObject({ history: 1 });
  expect(await json('devices', 'ana')).toMatchObject({ devices: [{ deviceId: 'phone' }] });
});
