import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { brandId, type Epoch, type UserId } from '../../src/core/ids.ts';
import { PostgresCluster } from '../../src/live/postgres-cluster.ts';
import { PostgresStore } from '../../src/server/store/postgres.ts';
import { type BuiltTool, buildTool } from '../process/built-tool.ts';
import { endChildren } from '../process/child.ts';
import { Served } from '../process/served.ts';
import { PushingDevice } from './push-ledger.ts';

const isFull = process.env.GURAS_PROOF === 'full';
const kills = isFull ? { database: 50, server: 200 } : { database: 2, server: 2 };
const users = ['ana', 'bea'];
const devicesPerUser = 4;
const epoch = brandId<Epoch>('e1');

let tool: BuiltTool;
let cluster: PostgresCluster;

beforeAll(async () => {
  tool = await buildTool();
  // Its own, for it is killed.
  cluster = await PostgresCluster.start();
}, 120_000);
afterEach(endChildren);
afterAll(async () => {
  await cluster.stop();
  tool.remove();
});

/** The row of counters that all devices of a user add to, at number 1. */
async function seedTotals(store: PostgresStore): Promise<void> {
  const texts = { dataJson: '{"totalMinutes":0}', stampsJson: '{}', fieldVersionsJson: '{}' };
  const key = { entityType: 'meditationStats', entityId: 'me', naturalKey: null, deleted: false };
  const row = { ...key, ...texts, version: 1, floor: 1, updatedAt: 1, origin: { deviceId: '', changeId: 'seed' } };
  for (const user of users) {
    await store.transact({ user: brandId<UserId>(user), access: 'write' }, () => ({
      value: null,
      writes: [
        { kind: 'user', user: { counter: 1, writtenAt: 1 } },
        { kind: 'row', row },
      ],
    }));
  }
}

/** Pauses of the killers: long enough that something is at work again, and never the same. */
const pause = (n: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 40 + ((n * 37) % 160)));

async function killDatabases(): Promise<void> {
  for (let n = 1; n <= kills.database; n += 1) {
    await pause(n);
    cluster.kill();
    await cluster.restart();
  }
}

async function killServers(servers: readonly Served[]): Promise<void> {
  for (let n = 1; n <= kills.server; n += 1) {
    const server = servers[n % servers.length] as Served;
    await pause(n);
    await server.end('SIGKILL');
    await startAnew(server);
  }
}

/** A server that starts while the database is away says so and ends; an operator's supervisor starts it again. */
async function startAnew(server: Served): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await server.start();
      return;
    } catch (error) {
      if (attempt === 40) throw error;
    }
  }
}

async function problems(store: PostgresStore, devices: readonly PushingDevice[]): Promise<readonly string[]> {
  const found = users.map((user) =>
    store.transact({ user: brandId<UserId>(user), access: 'read' }, ({ view }) => {
      const own = devices.filter((device) => device.user === user);
      return { value: PushingDevice.problems(view, own), writes: [] };
    }),
  );
  return (await Promise.all(found)).flat();
}

it(
  `PostgreSQL killed ${kills.database} times and server processes ${kills.server} times: no acknowledged write is lost, none doubled`,
  async () => {
    const url = cluster.url('postgres');
    const file = join(tool.folder, 'store.txt');
    writeFileSync(file, url);
    const first = await PostgresStore.open({ url, epoch });
    await seedTotals(first);
    await first.close();
    const servers = [1, 2].map((n) => new Served(tool, join(tool.folder, `unused-${n}`), `@${file}`));
    for (const server of servers) await server.start();
    const devices = users.flatMap((user) =>
      Array.from({ length: devicesPerUser }, (_, n) => new PushingDevice(user, `${user}-${n}`)),
    );
    let isOver = false;
    const urls = servers.map((server) => server.url);
    const working = Promise.all(devices.map((device) => device.work(urls, () => isOver)));
    await Promise.race([working, Promise.all([killDatabases(), killServers(servers)])]);
    isOver = true;
    await working;
    const store = await PostgresStore.open({ url, epoch });
    const found = await problems(store, devices);
    await store.close();
    const sum = (of: (device: PushingDevice) => number) => devices.reduce((total, device) => total + of(device), 0);
    const told = `${sum(({ acknowledged }) => acknowledged.size)} acknowledged changes, ${sum(({ failures }) => failures)} pushes sent again`;
    process.stdout.write(
      `\n${kills.database} kills of PostgreSQL, ${kills.server} of servers: ${told}, ${found.length} problems\n`,
    );
    expect(found).toEqual([]);
    expect(sum(({ failures }) => failures)).toBeGreaterThan(kills.server / 2);
  },
  isFull ? 40 * 60_000 : 120_000,
);
