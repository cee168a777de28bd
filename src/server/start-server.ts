import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { nodeRandom } from '../adapters/node/random.ts';
import type { Limits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import type { Random } from '../ports/random.ts';
import type { AuthOptions } from './auth/authenticator.ts';
import { withClockSkew } from './auth/clock-skew.ts';
import { openGate } from './auth/gate.ts';
import { countAsync } from './count-catalogue.ts';
import type { AppParts, Flavour } from './http/app.ts';
import type { FaultDesk } from './http/fault-desk.ts';
import type { FaultReach } from './http/fault-routes.ts';
import type { HttpLimits } from './http/http-limits.ts';
import type { RateRules } from './http/rate-limits.ts';
import { makeServerClock } from './http/server-clock.ts';
import type { ServerMetrics } from './http/server-metrics.ts';
import { LiveHub } from './live/live-hub.ts';
import type { LiveLimits } from './live/live-limits.ts';
import { serverLiveTime } from './live/server-time.ts';
import { type Seed, seedAsync } from './seed.ts';
import { makeServeAsync } from './serve-async.ts';
import { Snapshots } from './snapshots.ts';
import type { AsyncStore } from './store/async-store.ts';
import { openStore, type StoreOptions } from './store/open-store.ts';
import { drawEpoch, purgeAsync } from './upkeep.ts';

/** How a server is started. */
export interface ServerOptions {
  readonly store: StoreOptions;
  readonly registry: Registry;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly auth: AuthOptions;
  /** Default: no log. */
  readonly logger?: Logger;
  /** Server time in ms, which may run faster than true time. Default: the wall clock. */
  readonly clock?: () => number;
  /** Where epochs come from. Default: the operating system. */
  readonly random?: Random;
  readonly limits?: Partial<Limits>;
  /** Devices with an older data schema are told to update. */
  readonly schemaVersionMin?: number;
  /** Who strikes with faults; `/fault` is there with it. Default: nobody. It lets anyone change the server. */
  readonly faults?: FaultDesk;
  /** Folder in which the fault interface keeps states of the server. Default: in memory. */
  readonly snapshotFolder?: string;
  /** Whose habits beyond the contract it has. Default `plain`. */
  readonly flavour?: Flavour;
  /** Rows put into the store before the first request, over what is there. */
  readonly seed?: Seed;
  /** How often old tombstones and devices are forgotten and likes are summed, ms of true time. Default one minute; 0: never. */
  readonly upkeepMs?: number;
  /** How long versions are kept once newer ones followed, ms; null: for ever. Default null. */
  readonly historyMs?: number | null;
  /** How long a request that is still arriving may hold up the end, ms. Default five seconds. */
  readonly closeGraceMs?: number;
  /** How long the server says that it is not ready, and still takes work, before it closes, ms. Default 0. */
  readonly drainMs?: number;
  /** Bounds on how a request may arrive that differ from the defaults. */
  readonly http?: Partial<HttpLimits>;
  /** Allowances of requests. Default: none. */
  readonly rates?: RateRules;
  /** Bounds on live connections that differ from the defaults. */
  readonly live?: Partial<LiveLimits>;
  /** Origins whose pages may call the server, `*` for all. Default: none. */
  readonly origins?: readonly string[];
}

/** A server that answers. */
export interface RunningServer {
  /** Base address, `http://host:port`. */
  readonly url: string;
  readonly port: number;
  /**
   * Says first that it is not ready, for `drainMs`; then takes no new connection, answers what has arrived, and closes the
   * store. What has not arrived within `closeGraceMs` is cut off. Safe to call twice.
   */
  close(): Promise<void>;
}

/** Starts a server. Rejects with StoreError or SeedError, or the system's error when the port is taken; nothing stays open then. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const random = options.random ?? nodeRandom();
  const clock = makeServerClock(options.clock ?? Date.now);
  const store = await openStore(options.store, drawEpoch(random));
  try {
    return await listen(options, { store, clock, random });
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface Parts {
  readonly store: AsyncStore;
  readonly clock: ReturnType<typeof makeServerClock>;
  readonly random: Random;
}

async function listen(options: ServerOptions, { store, clock, random }: Parts): Promise<RunningServer> {
  const { registry, logger, drainMs = 0 } = options;
  if (options.seed !== undefined) await seedAsync(store, registry, options.seed, clock.now());
  const { limits = {}, schemaVersionMin = 0, flavour = 'plain' } = options;
  const serve = makeServeAsync({ store, registry, limits, schemaVersionMin });
  let isReady = true;
  let url = '';
  const auth = flavour === 'dotnet' ? withClockSkew(options.auth) : options.auth;
  const { authenticate, issuer } = await openGate(auth, { nowMs: clock.now, url: () => url });
  const { bodyBytesOf, makeApp } = await import('./http/app.ts');
  const { app, metrics, cutOff } = await makeApp({
    sync: { serve, authenticate, clock },
    service: { isReady: () => isReady, checkStore: () => store.ping() },
    issuer,
    hub: hubOver(options, store, clock),
    clock,
    bodyBytes: limits.bodyBytes ?? bodyBytesOf(flavour),
    flavour,
    logger: logger ?? null,
    faults: faultReach(options, { store, clock, random }),
    ...boundsOf(options),
  });
  url = await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  const stopUpkeep = startUpkeep(options, { store, clock, random }, metrics);
  logger?.info(
    { url, store: options.store.kind, auth: options.auth.kind, faults: options.faults !== undefined },
    'the server listens',
  );
  let closing: Promise<void> | null = null;
  const shut = async (): Promise<void> => {
    isReady = false;
    if (drainMs > 0) await delay(drainMs);
    const upkeepEnded = stopUpkeep();
    const timer = setTimeout(cutOff, options.closeGraceMs ?? 5_000);
    await app.close();
    clearTimeout(timer);
    await upkeepEnded;
    await store.close();
    logger?.info('the server is closed');
  };
  const close = (): Promise<void> => {
    closing ??= shut();
    return closing;
  };
  return { url, port: Number(new URL(url).port), close };
}

/** Null leaves the fault interface out. */
function faultReach({ faults: desk, registry, snapshotFolder }: ServerOptions, parts: Parts): FaultReach | null {
  return desk === undefined ? null : { ...parts, registry, desk, snapshots: new Snapshots(snapshotFolder) };
}

function boundsOf({ http, rates, origins }: ServerOptions): Pick<AppParts, 'limits' | 'rates' | 'origins'> {
  return {
    ...(http === undefined ? {} : { limits: http }),
    ...(rates === undefined ? {} : { rates }),
    ...(origins === undefined ? {} : { origins }),
  };
}

/** Lines of the history that one round looks at: a round must not hold up requests. */
const historyLines = 20_000;

function hubOver({ live: limits = {}, faults }: ServerOptions, store: AsyncStore, clock: Parts['clock']): LiveHub {
  const parts = { changes: store.changes, epoch: () => store.epoch(), time: serverLiveTime(clock.now), limits };
  if (faults === undefined) return new LiveHub(parts);
  return new LiveHub({ ...parts, losesHint: ({ deviceId, user }) => faults.losesHint(deviceId, user) });
}

/**
 * Runs the jobs that no request waits for, one round at a time. A failure is logged and the next round tries again: nothing
 * depends on one round. Gives what ends them, resolved when the round that runs is over.
 */
function startUpkeep(
  { upkeepMs = 60_000, historyMs = null, registry, limits, logger }: ServerOptions,
  { store, clock }: Parts,
  metrics: ServerMetrics,
): () => Promise<void> {
  if (upkeepMs === 0) return async () => undefined;
  let round: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    try {
      metrics.purged({ ...(await purgeAsync(store, clock.now(), { ...limits, historyMs, historyLines })) });
      await countAsync(store, registry, clock.now());
      metrics.upkeepRan('done');
    } catch (error) {
      metrics.upkeepRan('failed');
      logger?.error({ err: error }, 'upkeep failed');
    }
    round = null;
  };
  const timer = setInterval(() => {
    round ??= run();
  }, upkeepMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await round;
  };
}
