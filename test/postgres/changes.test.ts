import { afterAll, beforeAll, expect, test } from 'vitest';
import { brandId, type Epoch, type UserId } from '../../src/core/ids.ts';
import { PostgresCluster } from '../../src/live/postgres-cluster.ts';
import { makeServeAsync } from '../../src/server/serve-async.ts';
import { StoreUnavailable } from '../../src/server/store/async-store.ts';
import { PostgresStore } from '../../src/server/store/postgres.ts';
import { testRegistry } from '../server/test-registry.ts';

const [ana, bea] = [brandId<UserId>('ana\0x'), brandId<UserId>('bea')];
const epoch = brandId<Epoch>('e1');
let cluster: PostgresCluster;
const stores: PostgresStore[] = [];

beforeAll(async () => {
  // Its own, for it is killed.
  cluster = await PostgresCluster.start();
  for (let at = 0; at < 2; at += 1) stores.push(await PostgresStore.open({ url: cluster.url('postgres'), epoch }));
}, 60_000);
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await cluster.stop();
});

const here = (): PostgresStore => stores[0] as PostgresStore;
const there = (): PostgresStore => stores[1] as PostgresStore;

function rise(store: PostgresStore, user: UserId): Promise<number> {
  return store.transact({ user, access: 'write' }, ({ view }) => {
    const counter = view.user().counter + 1;
    return { value: counter, writes: [{ kind: 'user', user: { counter, writtenAt: counter } }] };
  });
}

/** Resolves when the store tells of the user once more. */
function told(store: PostgresStore, user: UserId): Promise<void> {
  return new Promise((resolve) => {
    const end = store.changes.onChanged(user, () => {
      end();
      resolve();
    });
  });
}

test('a write at one server is told at another, to those of its user', async () => {
  // The first thing heard is that listening began.
  await told(there(), ana);
  const others: string[] = [];
  const end = there().changes.onChanged(bea, () => others.push('bea'));
  const heard = told(there(), ana);
  await rise(here(), ana);
  await heard;
  end();
  expect(others).toEqual([]);
});

test('a change of the catalogue at one server is told to everyone at another', async () => {
  const heard = Promise.all([told(there(), ana), told(there(), bea)]);
  await here().editCatalogue({ keys: [], work: () => [] });
  await heard;
});

test('a database that was killed is answered as away, and written to and heard again when it is back', async () => {
  const serve = makeServeAsync({ store: here(), registry: testRegistry });
  cluster.kill();
  const call = {
    name: 'devices',
    user: ana,
    body: null,
    deviceId: null,
    schemaVersion: null,
    appVersion: null,
  } as const;
  await expect(serve({ ...call, protocolVersion: 1 }, 1)).rejects.toThrow(StoreUnavailable);
  await cluster.restart();
  await told(there(), ana);
  const heard = told(there(), ana);
  const counter = await rise(here(), ana).catch(() => rise(here(), ana));
  expect(counter).toBeGreaterThan(1);
  await heard;
});
