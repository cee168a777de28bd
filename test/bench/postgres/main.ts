// npm run bench:postgres: pushes of 100 over HTTP on PostgreSQL against the statements that they make, replayed by plain
// pg; and what a push costs a user with many rows. Options: --batches N (default 200), --reps N (default 5), --rows N (default
// 1000000). It starts a PostgreSQL of its own, and prints what docs/performance.md shows.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { brandId, type Epoch, type UserId } from '../../../src/core/ids.ts';
import { gurasRegistry } from '../../../src/core/model/entities/registry.ts';
import { makeDatabase } from '../../../src/live/own-postgres.ts';
import { PostgresCluster } from '../../../src/live/postgres-cluster.ts';
import { makeServeAsync } from '../../../src/server/serve-async.ts';
import { PostgresStore } from '../../../src/server/store/postgres.ts';
import { buildTool } from '../../process/built-tool.ts';
import { Served } from '../../process/served.ts';
import { type Spent, spending } from './cpu.ts';
import { batchSize, pushAll, pushBody } from './pushes.ts';

const { values: options } = parseArgs({
  options: {
    batches: { type: 'string', default: '200' },
    reps: { type: 'string', default: '5' },
    rows: { type: 'string', default: '1000000' },
  },
});
const [batches, reps, manyRows] = [Number(options.batches), Number(options.reps), Number(options.rows)];
const warmUp = 20;
const epoch = brandId<Epoch>('bench');
const planning = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off';

interface Query {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

const bodiesOf = (part: string, count: number): readonly object[] =>
  Array.from({ length: count }, (_, n) => pushBody(part, n));
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

const tool = await buildTool();
const cluster = await PostgresCluster.start();
const server = cluster.url('postgres');
try {
  await compare();
  await curve();
} finally {
  await cluster.stop();
  tool.remove();
}

/** Every statement of these pushes, as the store sends them, by each push. */
async function recorded(bodies: readonly object[]): Promise<readonly (readonly Query[])[]> {
  const { url, drop } = await makeDatabase(server);
  const store = await PostgresStore.open({ url, epoch, connections: 1 });
  const serve = makeServeAsync({ store, registry: gurasRegistry });
  const plain = Client.prototype.query;
  const pushes: Query[][] = [];
  Client.prototype.query = function recording(this: Client, ...args: unknown[]) {
    const [query] = args as [string | Query];
    pushes.at(-1)?.push(typeof query === 'string' ? { text: query } : { ...query });
    return (plain as (...all: unknown[]) => unknown).apply(this, args);
  } as typeof plain;
  try {
    for (const body of bodies) {
      pushes.push([]);
      const call = { name: 'push', user: brandId<UserId>('ana'), body, deviceId: null, protocolVersion: 1 } as const;
      await serve({ ...call, schemaVersion: null, appVersion: null }, Date.now());
    }
  } finally {
    Client.prototype.query = plain;
    await store.close();
    await drop();
  }
  return pushes.map((queries) => queries.filter(({ text }) => !text.includes('pg_notify')));
}

/** A database with the tables of the store. */
async function withTables(): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const database = await makeDatabase(server);
  await (await PostgresStore.open({ url: database.url, epoch })).close();
  return database;
}

async function countRows(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`SELECT count(*)::int AS n FROM guras.rows WHERE user_id = 'ana'`);
  await client.end();
  return (rows[0] as { n: number }).n;
}

/** The statements once more, by the driver alone: all but the warm-up. */
async function raw(pushes: readonly (readonly Query[])[]): Promise<Spent> {
  const { url, drop } = await withTables();
  const client = new Client({ connectionString: url, options: planning });
  await client.connect();
  const replay = async (part: readonly (readonly Query[])[]) => {
    for (const queries of part) for (const query of queries) await client.query(query);
  };
  await replay(pushes.slice(0, warmUp));
  const spent = await spending([process.pid, cluster.pid], () => replay(pushes.slice(warmUp)));
  await client.end();
  if ((await countRows(url)) !== pushes.length * batchSize) throw new Error('raw did not write what ours writes');
  await drop();
  return spent;
}

/** The pushes over HTTP to the built server in a process of its own. The client's work is not counted. */
async function ours(bodies: readonly string[]): Promise<Spent> {
  const { url, drop } = await withTables();
  const served = new Served(tool, join(tool.folder, 'none'), url);
  await served.start();
  await pushAll(served.url, bodies.slice(0, warmUp));
  const spent = await spending([served.pid ?? 0, cluster.pid], () => pushAll(served.url, bodies.slice(warmUp)));
  await served.end('SIGTERM');
  if ((await countRows(url)) !== bodies.length * batchSize) throw new Error('ours did not write everything');
  await drop();
  return spent;
}

async function compare(): Promise<void> {
  const bodies = bodiesOf('a', batches + warmUp);
  const texts = bodies.map((body) => JSON.stringify(body));
  const pushes = await recorded(bodies);
  console.log(`${pushes.at(-1)?.length} statements in a push of ${batchSize}`);
  const found: { readonly wall: number; readonly cpu: number }[] = [];
  for (let rep = 1; rep <= reps; rep += 1) {
    const [least, done] = [await raw(pushes), await ours(texts)];
    found.push({ wall: least.ms / done.ms, cpu: least.cpuMs / done.cpuMs });
    const shown = ({ ms, cpuMs }: Spent): string =>
      `${((batches * batchSize * 1_000) / ms).toFixed(0)} changes/s, ${(cpuMs / batches).toFixed(1)} ms of CPU a push`;
    console.log(`rep ${rep}: raw ${shown(least)}; ours ${shown(done)}`);
  }
  for (const of of ['wall', 'cpu'] as const) {
    const ratios = found.map((one) => one[of]);
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
    console.log(`ours against raw by ${of}: ${median(ratios).toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`);
  }
}

/** Rows, results and history of a user as many pushes would have left them. */
async function fill(url: string, rows: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const common = `'ana', 'meditation', 'old-' || n, n`;
  const data = `'{"notes":"${'x'.repeat(250)}"}'`;
  const from = `FROM generate_series(1, ${rows}) AS n`;
  await client.query(`INSERT INTO guras.users (user_id, counter, written_at) VALUES ('ana', ${rows}, 1)`);
  await client.query(
    `INSERT INTO guras.rows SELECT ${common}, n, false, 260, ${data}, '{}', '{}', NULL, 1, 'd', 'c-' || n ${from}`,
  );
  await client.query(`INSERT INTO guras.results SELECT 'ana', 'c-' || n, 'change', 'd', n, 'p', 'meditation', 'old-' || n, 'applied', n,
    NULL, NULL, 1 ${from}`);
  await client.query(`INSERT INTO guras.history (user_id, entity_type, entity_id, version, deleted, data_json, changed, updated_at,
    origin_device, origin_change) SELECT ${common}, false, ${data}, '[]', 1, 'd', 'c-' || n ${from}`);
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
  await client.end();
}

async function curve(): Promise<void> {
  const sizes = [1_000, manyRows];
  const sites: { readonly rows: number; readonly served: Served }[] = [];
  for (const rows of sizes) {
    const database = await withTables();
    await fill(database.url, rows);
    const served = new Served(tool, join(tool.folder, 'none'), database.url);
    await served.start();
    sites.push({ rows, served });
  }
  const times = new Map<number, number[]>(sizes.map((rows) => [rows, []]));
  // In turns, so that what else the machine does meets both alike.
  for (let part = 0; part < 2 * reps; part += 1) {
    for (const { rows, served } of sites) {
      const bodies = bodiesOf(`r${part}`, 25).map((body) => JSON.stringify(body));
      const measured = await pushAll(served.url, bodies);
      if (part > 0) times.get(rows)?.push(...measured);
    }
  }
  for (const { served } of sites) await served.end('SIGTERM');
  const [few, many] = sizes.map((rows) => median(times.get(rows) ?? [])) as [number, number];
  console.log(
    `a push of ${batchSize}: ${few.toFixed(1)} ms with 1,000 rows, ${many.toFixed(1)} ms with ${manyRows} rows: ${(many / few).toFixed(2)}`,
  );
}
