import type { DeviceId, UserId } from '../core/ids.ts';
import type { Registry } from '../core/model/registry.ts';
import { readMeta, type Write } from '../core/sync/rows.ts';
import type { Meta, MetaRow } from '../core/sync/tables.ts';
import { type Awaitable, type Storage, StorageError } from '../ports/storage.ts';

/** What a new device is made of. */
export interface NewDevice {
  readonly deviceId: DeviceId;
  /** The owner; null until somebody signs in. */
  readonly userId: UserId | null;
  readonly registry: Registry;
  /** Device wall time, ms. */
  readonly wallMs: number;
}

/** Makes an empty store a device. Throws StorageError `foreign` when it holds one already; nothing is changed then. */
export function initDevice(storage: Storage, device: NewDevice): Awaitable<void> {
  return storage.transact((rows) => {
    if (readMeta(rows, 'device') !== undefined) {
      throw new StorageError('foreign', 'There is a device in this store already.', 'Use it, or choose another place.');
    }
    const facts = firstFacts(device);
    const names = Object.keys(facts) as (keyof Meta)[];
    const commit = names.map((name): Write => ({ table: 'meta', put: { name, value: facts[name] } as MetaRow }));
    return { commit, value: undefined };
  });
}

function firstFacts({ deviceId, userId, registry, wallMs }: NewDevice): Meta {
  return {
    device: {
      deviceId,
      userId,
      schemaVersion: registry.schemaVersion,
      createdAt: wallMs,
      registered: false,
      offline: false,
      erased: false,
      forked: false,
    },
    sequence: { item: 1, log: 1 },
    clock: null,
    server: {
      epoch: null,
      cursor: null,
      era: 0,
      resync: null,
      resyncs: 0,
      acks: 0,
      pulledAcks: null,
      pulledWallMs: null,
    },
    incarnation: { current: null, life: 0, previous: [] },
    lease: { life: 0, beat: 0, holder: '', held: false },
    counts: {},
  };
}
