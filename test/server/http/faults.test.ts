import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeClock } from '../../../src/adapters/node/clock.ts';
import { ServerFaults } from '../../../src/live/server-faults.ts';
import type { RunningServer } from '../../../src/server/start-server.ts';
import { ask, pushOf, running } from './running.ts';

let server: RunningServer;
let trueMs = 1_800_000_000_000;

beforeEach(async () => {
  server = await running({ faults: new ServerFaults({ clock: nodeClock() }), clock: () => trueMs });
});
afterEach(() => server.close());

const fault = (body: object) => ask(server, '/fault', { token: null, body });
const push = (id: string, headers = {}) => ask(server, '/api/sync/sync', { body: pushOf(id), headers });

test('the clock is set apart and moved on, and everything follows it', async () => {
  expect((await fault({ clock: { offsetMs: 3_600_000 } })).json.nowMs).toBe(trueMs + 3_600_000);
  expect((await fault({ clock: { advanceMs: 1_000 } })).json.nowMs).toBe(trueMs + 3_601_000);
  const seen = await push('a');
  expect(seen.json.serverTime).toBe(trueMs + 3_601_000);
  expect(Date.parse(seen.headers.get('date') ?? '')).toBe(trueMs + 3_601_000);
  trueMs += 5_000;
  expect((await push('b')).json.serverTime).toBe(trueMs + 3_601_000);
});

test('epoch, purge and seed reach the store', async () => {
  const quote = { entityType: 'quotes', entityId: 'q1', data: { text: 'Be.' } };
  const note = { entityType: 'notes', entityId: 'n1', data: { title: 'seeded' } };
  const before = (await fault({ seed: { users: { ana: [note] }, catalogue: [quote] } })).json.epoch;
  const pulled = await ask(server, '/api/sync/changes', { body: { deviceId: 'phone', registered: false } });
  expect(pulled.json.changes).toMatchObject([{ entityId: 'q1' }, { entityId: 'n1', data: { title: 'seeded' } }]);
  expect((await fault({ raiseEpoch: true, purge: { olderThanMs: 0 } })).json.epoch).not.toBe(before);
  const again = await ask(server, '/api/sync/changes', {
    body: { deviceId: 'phone', registered: true, cursor: pulled.json.cursor },
  });
  expect([again.status, again.json.code]).toEqual([410, 'epoch_changed']);
});

test('a state is kept and restored under a new epoch, or under the one it had', async () => {
  await push('a');
  const { epoch } = (await fault({ snapshot: 'one' })).json;
  await push('b');
  const restored = await fault({ restore: 'one' });
  expect(restored.json.snapshots).toEqual(['one']);
  expect(restored.json.epoch).not.toBe(epoch);
  expect((await ask(server, '/fault/users/ana')).json).toMatchObject({ counter: 1, effects: { 'c-a': 1 } });
  expect((await fault({ restore: 'one', keepEpoch: true })).json.epoch).toBe(epoch);
  expect((await push('b')).json.results).toMatchObject([{ status: 'applied' }]);
});

test('a state travels as a file to another server', async () => {
  await push('a');
  await fault({ snapshot: 'one' });
  const body = (await ask(server, '/fault/snapshots/one', { token: null })).text;
  await server.close();
  server = await running({ faults: new ServerFaults({ clock: nodeClock() }) });
  await ask(server, '/fault/snapshots/brought', { method: 'PUT', token: null, body });
  await fault({ restore: 'brought' });
  expect((await ask(server, '/fault/users/ana')).json).toMatchObject({ counter: 1, effects: { 'c-a': 1 } });
});

test('states are files of a folder, which the next server finds', async () => {
  const snapshotFolder = mkdtempSync(join(tmpdir(), 'guras-states-'));
  try {
    for (const deed of [{ snapshot: 'one' }, { restore: 'one' }]) {
      await server.close();
      server = await running({ faults: new ServerFaults({ clock: nodeClock() }), snapshotFolder });
      if (deed.snapshot !== undefined) await push('a');
      expect((await fault(deed)).json.snapshots).toEqual(['one']);
    }
    expect(readdirSync(snapshotFolder)).toEqual(['one.json']);
    expect((await ask(server, '/fault/users/ana')).json).toMatchObject({ counter: 1 });
  } finally {
    rmSync(snapshotFolder, { recursive: true });
  }
});

test.each([
  [404, { restore: 'nothing' }],
  [400, { snapshot: '../escape' }],
  [400, { restore: 'broken' }],
])('%i for %j', async (status, body) => {
  await ask(server, '/fault/snapshots/broken', { method: 'PUT', token: null, body: { format: 'mine' } });
  expect((await fault(body)).status).toBe(status);
});

test.each([
  { nonsense: 1 },
  { arm: [{ next: { push: 'explode' } }] },
  { release: 'nobody' },
  { seed: { catalogue: [{ entityType: 'ghosts', entityId: 'x', data: {} }] } },
])('%j is refused whole', async (body) => {
  const seen = await fault({ ...body, raiseEpoch: true } as object);
  expect([seen.status, seen.json.code]).toEqual([400, 'invalid_request']);
});
