import { join } from 'node:path';
import { nodeRandom } from '../adapters/node/random.ts';
import type { Flavour } from '../server/http/app.ts';
import { drawEpoch } from '../server/upkeep.ts';
import { type Ability, abilities } from '../stage/ability.ts';
import type { OpenStage } from '../stage/stage.ts';
import { FaultProxy } from './fault-proxy.ts';
import { LiveLine } from './line.ts';
import { LiveServer } from './live-server.ts';
import { endPhones, type LiveGround, layGround, startPhones } from './open-live.ts';
import type { OwnDatabase } from './own-postgres.ts';
import { ServerHost } from './server-host.ts';
import { LiveStage, lineFaults } from './stage.ts';
import { storyTokens } from './story-tokens.ts';

/** How an embedded stage may differ. */
export interface EmbeddedOptions {
  /** How many times as fast as the machine the story runs, above 0. Default 60. */
  readonly speed?: number;
  /**
   * Where the server keeps its data: `sqlite` (default) in a file, `memory`, `postgres` in a PostgreSQL that is started for
   * this process, or the address of one, on which every story gets a database of its own. Devices keep theirs in memory
   * with `memory`, else in files.
   */
  readonly store?: string;
  /** How many server processes stand on that store, asked in turn; more than one need PostgreSQL. Default 1. */
  readonly servers?: number;
  /** Whose habits the server has beyond the contract. Default `plain`. */
  readonly flavour?: Flavour;
}

const everything: ReadonlySet<Ability> = new Set<Ability>([
  ...(Object.keys(abilities) as (keyof typeof abilities)[]),
  ...lineFaults,
]);

const hosts: ServerHost[] = [];

/** A process of servers, by number; another one when that is gone. Stages share them. */
function liveHost(at: number): ServerHost {
  const known = hosts[at];
  if (known !== undefined && !known.isGone) return known;
  const host = new ServerHost();
  hosts[at] = host;
  return host;
}

/**
 * Opens stages with the reference server in a process of its own, over real HTTP on the loopback, and devices on SQLite
 * files. All stages of this process share that process; each has its own server, store and clock in it, so any number
 * may be open at once and none sees another's data.
 */
export function openEmbedded(options: EmbeddedOptions = {}): OpenStage {
  return async (setup) => {
    // The story's time begins when its server can be opened at once, not while a process starts.
    const { servers = 1, store = 'sqlite' } = options;
    for (let at = 0; at < servers; at += 1) await liveHost(at).started();
    const database = await databaseFor(store);
    const ground = layGround(setup, options.speed ?? 60, store === 'memory' ? 'memory' : 'sqlite');
    const undo: (() => unknown)[] = [() => database?.drop(), () => ground.folder.remove()];
    const close = async (): Promise<void> => {
      for (let free = undo.pop(); free !== undefined; free = undo.pop()) await free();
    };
    try {
      const flavour = options.flavour ?? 'plain';
      return await build(ground, { undo, close, flavour, servers, url: database?.url ?? null });
    } catch (error) {
      await close();
      throw error;
    }
  };
}

/** What has to be freed, last first, and the function that does it; how many servers there are, and their database. */
interface Making {
  readonly undo: (() => unknown)[];
  readonly close: () => Promise<void>;
  readonly flavour: Flavour;
  readonly servers: number;
  /** The address of a database; null where the server has a file. */
  readonly url: string | null;
}

/** A database with its tables for one story, where its server is to stand on PostgreSQL. */
async function databaseFor(store: string): Promise<OwnDatabase | null> {
  if (store === 'sqlite' || store === 'memory') return null;
  const [{ makeDatabase, ownPostgres }, { PostgresStore }] = await Promise.all([
    import('./own-postgres.ts'),
    import('../server/store/postgres.ts'),
  ]);
  const database = await makeDatabase(store === 'postgres' ? await ownPostgres() : store);
  const tables = await PostgresStore.open({ url: database.url, epoch: drawEpoch(nodeRandom()) });
  await tables.close();
  return database;
}

async function build(ground: LiveGround, making: Making): Promise<LiveStage> {
  const { undo, close } = making;
  const { time, startedWallMs, teller, names, wake, fail } = ground;
  const secret = nodeRandom().seed();
  const { server, proxy } = await openServer(ground, secret, making);
  const line = new LiveLine({
    proxy,
    time,
    teller,
    tokensOf: (user) => storyTokens(user, secret),
    named: (deviceId, device) => names.set(deviceId, device),
    fail,
  });
  const phones = await startPhones(ground, line);
  undo.push(() => endPhones(ground, line, phones));
  return new LiveStage({
    kind: 'embedded',
    abilities: everything,
    devices: phones,
    server,
    network: line,
    time,
    startedWallMs,
    wake,
    jump: async (byMs) => {
      await server.syncClock(byMs);
      time.move(byMs);
      teller.tell('clock', 'network', { jumpMs: byMs });
    },
    failure: ground.failure,
    close,
  });
}

/** Opens the servers in the other processes, the first with the story's fixtures, and the proxy in front of them. */
async function openServer(
  ground: LiveGround,
  secret: string,
  { undo, flavour, servers, url }: Making,
): Promise<{ readonly server: LiveServer; readonly proxy: FaultProxy }> {
  const { time, setup, startedWallMs, teller, names, wake, fail, store, folder } = ground;
  const deviceOf = (deviceId: string): string => names.get(deviceId) ?? deviceId;
  const behind: { proxy: FaultProxy | null } = { proxy: null };
  const hosted = Array.from({ length: servers }, (_, at) => liveHost(at).server((served) => server.served(served)));
  const server: LiveServer = new LiveServer(hosted, {
    time,
    startedWallMs,
    teller,
    deviceOf,
    redirect: (urls) => behind.proxy?.redirect(urls),
    changed: () => wake.changed(),
    fail,
  });
  undo.push(() => server.close());
  const path = store === 'memory' ? ':memory:' : join(folder.path, 'server.db');
  const how = {
    store: url === null ? ({ kind: 'sqlite', path } as const) : ({ kind: 'postgres', url } as const),
    secret,
    clock: server.clock(),
    registry: setup.registry,
    flavour,
    limits: setup.serverLimits,
  };
  const urls: string[] = [];
  for (const [at, one] of hosted.entries()) {
    urls.push(await one.ask('open', { ...how, fixtures: at === 0 ? [...setup.fixtures] : [] }));
  }
  const clock = { after: (delayMs: number, callback: () => void) => time.after(delayMs, 'network', callback) };
  const proxy = await FaultProxy.start({ servers: urls, clock, serverNowMs: () => server.nowMs(), deviceOf });
  behind.proxy = proxy;
  undo.push(() => proxy.close());
  return { server, proxy };
}
