import { describe, expect, it } from 'vitest';
import { openMemoryStorage } from '../../src/adapters/portable/storage-memory.ts';
import { brandId, type DeviceId, type UserId } from '../../src/core/ids.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import type { PullAnswer, PushAnswer, PushRequest, ServerRow } from '../../src/core/protocol/messages.ts';
import { initDevice } from '../../src/engine/init-device.ts';
import { openDevice } from '../../src/engine/open-device.ts';

const wallMs = 1_800_000_000_000;
const key = { entityType: 'meditation', entityId: 'm1' };
const session = {
  sessionId: 's1',
  startedAt: '2026-03-01T06:30:00Z',
  completedAt: '2026-03-01T06:42:00Z',
  durationSec: 720,
  notes: 'calm',
};
const epoch = brandId<PullAnswer['epoch']>('e1');
const cursor = brandId<PullAnswer['cursor']>('c1');

/** A device whose server applies the one change pushed, and gives it back as `echo` says. */
async function deviceWithEcho(echo: (row: ServerRow) => ServerRow) {
  const storage = openMemoryStorage({ freeze: true });
  const names = { deviceId: brandId<DeviceId>('phone'), userId: brandId<UserId>('ana') };
  await initDevice(storage, { ...names, registry: gurasRegistry, wallMs });
  const recordWrites: string[] = [];
  let pushed: ServerRow[] = [];
  const device = await openDevice({
    storage,
    registry: gurasRegistry,
    automatic: false,
    exclusive: true,
    holder: 'test',
    random: { seed: () => 'one' },
    clock: { read: () => ({ wallMs, monoMs: 0, boot: 'b' }), after: () => ({ cancel: () => undefined }) },
    connectivity: { isOnline: () => true, listen: () => () => undefined },
    observer: (seen) => {
      if (seen.kind !== 'commit') return;
      for (const { table } of seen.writes) if (table === 'records') recordWrites.push(table);
    },
    transport: {
      send: (call, done) => {
        const pull: PullAnswer = { epoch, cursor, hasMore: false, serverTime: wallMs, changes: pushed, settled: [] };
        if (call.name === 'pull') queueMicrotask(() => done({ kind: 'answer', body: pull, bytes: 1 }));
        else {
          const { changes } = call.body as PushRequest;
          pushed = changes.map((change) => echo(rowOf(change)));
          const results = changes.map(({ id }) => ({ id, status: 'applied' as const, version: 1 }));
          const push: PushAnswer = { epoch, serverTime: wallMs, results };
          queueMicrotask(() => done({ kind: 'answer', body: push, bytes: 1 }));
        }
        return { abort: () => undefined };
      },
      close: () => Promise.resolve(),
    },
  });
  return { device, recordWrites };
}

function rowOf(change: PushRequest['changes'][number]): ServerRow {
  const { entityType, entityId, data, stamps, id } = change;
  const origin = { deviceId: 'phone', changeId: id };
  return {
    entityType,
    entityId,
    part: 'user',
    version: 1,
    deleted: false,
    data,
    stamps,
    updatedAt: wallMs + 5,
    origin,
  };
}

async function pushThenPull(echo: (row: ServerRow) => ServerRow) {
  const { device, recordWrites } = await deviceWithEcho(echo);
  const made = await device.write({ action: 'create', ...key, data: session });
  expect(made).toMatchObject({ ok: true });
  expect(await device.syncPendingChanges()).toMatchObject({ ok: true, pushed: 1 });
  const before = recordWrites.length;
  const outcome = await device.pull();
  return { outcome, writes: recordWrites.length - before, row: await device.get(key.entityType, key.entityId) };
}

describe('an acknowledged row that the next pull brings', () => {
  it('is not written again when it says what the device holds', async () => {
    const { outcome, writes } = await pushThenPull((row) => row);
    expect({ outcome, writes }).toEqual({ outcome: { ok: true, pushed: 0, pulled: 0 }, writes: 0 });
  });

  it('is taken when the server made something else of it', async () => {
    const { outcome, writes, row } = await pushThenPull((own) => ({ ...own, data: { ...own.data, notes: 'calmer' } }));
    expect({ outcome, writes }).toEqual({ outcome: { ok: true, pushed: 0, pulled: 1 }, writes: 1 });
    expect(row?.data.notes).toBe('calmer');
  });
});
