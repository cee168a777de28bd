import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningServer } from '../../../src/server/start-server.ts';
import { ask, pushOf, running } from './running.ts';

let server: RunningServer;
const secret = 'ana alone may read this';

beforeAll(async () => {
  server = await running();
  const seen = await ask(server, '/api/sync/sync', { body: pushOf('n1', { title: secret }) });
  expect(seen.json.results).toMatchObject([{ status: 'applied' }]);
});
afterAll(() => server.close());

const epochOf = async () =>
  (await ask(server, '/api/sync/changes', { body: { deviceId: 'x', registered: false } })).json.epoch;
const guess = { deviceId: 'phone', registered: false, incarnation: 'i', previousIncarnations: [], epoch: null };

test.each([
  ['a pull', '/api/sync/changes', () => ({ deviceId: 'phone', registered: false, unsettled: ['c-n1'] })],
  [
    'her cursor',
    '/api/sync/changes',
    (epoch: unknown) => ({ deviceId: 'phone', registered: false, cursor: `1&${epoch}&notes=0` }),
  ],
  ['a repeat of her change', '/api/sync/sync', () => pushOf('n1', { title: 'mine' })],
  [
    'a delete of her row',
    '/api/sync/sync',
    () => ({
      ...guess,
      changes: [
        {
          id: 'd',
          seq: 2,
          entityType: 'notes',
          entityId: 'n1',
          action: 'DELETE',
          baseVersion: 1,
          data: null,
          stamps: {},
          timestamp: 1,
        },
      ],
    }),
  ],
  [
    'a resolution of her change',
    '/api/sync/resolve-conflict',
    () => ({
      ...guess,
      resolutions: [
        {
          id: 'r',
          changeId: 'c-n1',
          entityType: 'notes',
          entityId: 'n1',
          againstVersion: 1,
          outcome: 'server',
          data: null,
          stamps: {},
        },
      ],
    }),
  ],
  [
    'a rollback of her row',
    '/api/sync/rollback',
    (epoch: unknown) => ({
      ...guess,
      epoch,
      id: 'b',
      entityType: 'notes',
      entityId: 'n1',
      againstVersion: 1,
      toVersion: 1,
    }),
  ],
  ['a digest', '/api/sync/digest', (epoch: unknown) => ({ epoch })],
] as const)(
  '%s by another user with guessed ids shows nothing of hers and changes nothing',
  async (_, path, bodyOf) => {
    const seen = await ask(server, path, { token: 'bea', body: bodyOf(await epochOf()) });
    expect(seen.text).not.toContain(secret);
    const hers = await ask(server, '/api/sync/history/notes/n1');
    expect(hers.json.versions).toMatchObject([{ version: 1, deleted: false, data: { title: secret } }]);
    expect(hers.json.versions).toHaveLength(1);
  },
);

test.each(['/api/sync/history/notes/n1', '/api/sync/devices'])(
  '%s of another user shows nothing of hers',
  async (path) => {
    const seen = await ask(server, path, { token: 'carl' });
    expect(seen.status).toBe(200);
    expect(seen.json.versions ?? seen.json.devices).toEqual([]);
  },
);

test("a user named like another's key reads nothing of theirs", async () => {
  for (const token of ['an', 'ana%', 'ANA', "ana'--", 'ana/notes']) {
    const seen = await ask(server, '/api/sync/changes', { token, body: { deviceId: 'x', registered: false } });
    expect(seen.json.changes).toEqual([]);
  }
});
