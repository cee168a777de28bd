import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunningServer } from '../../../src/server/start-server.ts';
import { ask, pushOf, running } from './running.ts';

let server: RunningServer;
let trueMs = 1_800_000_000_000;

beforeEach(async () => {
  server = await running({ faults: true, clock: () => trueMs });
});
afterEach(() => server.close());

const fault = (body: object) => ask(server, '/fault', { token: null, body });
const push = (id: string, headers = {}) => ask(server, '/api/sync/sync', { body: pushOf(id), headers });

test('a status is answered without judging, as often as armed and only to the call and device named', async () => {
  const headers = { 'retry-after': '7' };
  await fault({ arm: [{ kind: 'answer', status: 429, times: 2, call: 'push', device: 'phone', headers }] });
  expect((await push('a', { 'x-device-id': 'tablet' })).status).toBe(400);
  expect((await ask(server, '/api/sync/devices')).status).toBe(200);
  const [first, second, third] = [
    await push('a', { 'x-device-id': 'phone' }),
    await push('a', { 'x-device-id': 'phone' }),
    await push('a', { 'x-device-id': 'phone' }),
  ];
  expect([first.status, second.status, third.status]).toEqual([429, 429, 200]);
  expect(first.headers.get('retry-after')).toBe('7');
  expect(third.json.results).toMatchObject([{ status: 'applied' }]);
});

test('a lost answer leaves the effect: the repeat is a duplicate', async () => {
  await fault({ arm: [{ kind: 'lose', call: 'push' }] });
  await expect(push('a')).rejects.toThrow();
  expect((await push('a')).json.results).toMatchObject([{ status: 'duplicate', first: 'applied' }]);
  expect((await ask(server, '/fault/users/ana')).json).toMatchObject({
    counter: 1,
    effects: { 'c-a': 1 },
    verdicts: [{ id: 'c-a', status: 'applied' }],
  });
});

test('clear drops what waits', async () => {
  await fault({ arm: [{ kind: 'answer' }] });
  expect((await fault({ clear: true })).json.armed).toEqual([]);
  expect((await push('a')).status).toBe(200);
});

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

test.each([
  { nonsense: 1 },
  { arm: [{ kind: 'explode' }] },
  { seed: { catalogue: [{ entityType: 'ghosts', entityId: 'x', data: {} }] } },
])('%j is refused whole', async (body) => {
  const seen = await fault({ ...body, raiseEpoch: true } as object);
  expect([seen.status, seen.json.code]).toEqual([400, 'invalid_request']);
});
