import { join } from 'node:path';
import { nodeRandom } from '../adapters/node/random.ts';
import type { Flavour } from '../server/http/app.ts';
import { type Ability, abilities } from '../stage/ability.ts';
import type { OpenStage } from '../stage/stage.ts';
import { FaultProxy } from './fault-proxy.ts';
import { LiveLine } from './line.ts';
import { LiveServer } from './live-server.ts';
import { endPhones, type LiveGround, layGround, startPhones } from './open-live.ts';
import { ServerHost } from './server-host.ts';
import { LiveStage, lineFaults } from './stage.ts';
import { storyTokens } from './story-tokens.ts';

/** How an embedded stage may differ. */
export interface EmbeddedOptions {
  /** How many times as fast as the machine the story runs, above 0. Default 60. */
  readonly speed?: number;
  /** Where the server and the devices keep their data. Default `sqlite`: files. */
  readonly store?: 'sqlite' | 'memory';
  /** Whose habits the server has beyond the contract. Default `plain`. */
  readonly flavour?: Flavour;
}

const everything: ReadonlySet<Ability> = new Set<Ability>([
  ...(Object.keys(abilities) as (keyof typeof abilities)[]),
  ...lineFaults,
]);

let host: ServerHost | null = null;

/** The process of all servers; another one when the last is gone. */
function liveHost(): ServerHost {
  if (host === null || host.isGone) host = new ServerHost();
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
    await liveHost().started();
    const ground = layGround(setup, options.speed ?? 60, options.store);
    const undo: (() => unknown)[] = [() => ground.folder.remove()];
    const close = async (): Promise<void> => {
      for (let free = undo.pop(); free !== undefined; free = undo.pop()) await free();
    };
    try {
      return await build(ground, { undo, close, flavour: options.flavour ?? 'plain' });
    } catch (error) {
      await close();
      throw error;
    }
  };
}

/** What has to be freed, last first, and the function that does it. */
interface Cleanup {
  readonly undo: (() => unknown)[];
  readonly close: () => Promise<void>;
}

async function build(
  ground: LiveGround,
  { undo, close, flavour }: Cleanup & { readonly flavour: Flavour },
): Promise<LiveStage> {
  const { time, startedWallMs, teller, names, wake, fail } = ground;
  const secret = nodeRandom().seed();
  const { server, proxy } = await openServer(ground, { secret, undo, flavour });
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

/** Opens a server in the other process, with its fixtures, and the proxy in front of it. */
async function openServer(
  ground: LiveGround,
  { secret, undo, flavour }: Pick<Cleanup, 'undo'> & { readonly secret: string; readonly flavour: Flavour },
): Promise<{ readonly server: LiveServer; readonly proxy: FaultProxy }> {
  const { time, setup, startedWallMs, teller, names, wake, fail, store, folder } = ground;
  const deviceOf = (deviceId: string): string => names.get(deviceId) ?? deviceId;
  const behind: { proxy: FaultProxy | null } = { proxy: null };
  const hosted = liveHost().server((served) => server.served(served));
  const server = new LiveServer(hosted, {
    time,
    startedWallMs,
    teller,
    deviceOf,
    redirect: (url) => behind.proxy?.redirect([url]),
    changed: () => wake.changed(),
    fail,
  });
  undo.push(() => server.close());
  const url = await hosted.ask('open', {
    storePath: store === 'memory' ? ':memory:' : join(folder.path, 'server.db'),
    secret,
    clock: server.clock(),
    registry: setup.registry,
    flavour,
    limits: setup.serverLimits,
    fixtures: [...setup.fixtures],
  });
  const clock = { after: (delayMs: number, callback: () => void) => time.after(delayMs, 'network', callback) };
  const proxy = await FaultProxy.start({ servers: [url], clock, serverNowMs: () => server.nowMs(), deviceOf });
  behind.proxy = proxy;
  undo.push(() => proxy.close());
  return { server, proxy };
}
