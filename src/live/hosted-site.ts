import type { FastifyInstance } from 'fastify';
import { nodeRandom } from '../adapters/node/random.ts';
import { calls } from '../core/protocol/paths.ts';
import { present } from '../lib/assert.ts';
import { makeAuthenticator } from '../server/auth/authenticator.ts';
import { withClockSkew } from '../server/auth/clock-skew.ts';
import { bodyBytesOf, makeApp } from '../server/http/app.ts';
import { LiveHub } from '../server/live/live-hub.ts';
import type { ServeAsync } from '../server/serve-async.ts';
import type { AsyncDesk } from '../stage/async-desk.ts';
import { registries } from '../stage/registries.ts';
import type { HostedCallName, HostedCalls, HostedClock, HostedSetup, ServedCall } from './host-messages.ts';
import { machineMs } from './machine-clock.ts';
import type { SiteBooks } from './site-books.ts';
import { SqliteBooks } from './sqlite-books.ts';

/** What is done for each question. */
type Deeds = {
  readonly [Name in HostedCallName]: (asks: HostedCalls[Name]['asks']) => Promise<HostedCalls[Name]['gives']>;
};

/** One server in the process of its own: the store, the clock and the HTTP server of one live stage. */
export class HostedSite {
  readonly #served: (served: ServedCall) => void;
  readonly #deeds: Deeds = {
    open: (setup) => this.#start(setup),
    stop: () => this.#hangUp(),
    listen: () => this.#listen(),
    setClock: async (clock) => {
      this.#clock = clock;
      return null;
    },
    row: ({ user, key }) => this.#desk.row(user, key),
    rows: ({ user, entityType }) => this.#desk.rows(user, entityType),
    effects: async ({ user, changeIds }) => [...(await this.#desk.effects(user, changeIds))],
    history: ({ user, key }) => this.#desk.history(user, key),
    verdicts: ({ user }) => this.#desk.verdicts(user),
    digest: ({ user }) => this.#desk.digest(user),
    write: ({ user, edit }) => this.#desk.write(user, edit),
    purge: async ({ olderThanMs }) => done(this.#desk.purge(olderThanMs)),
    raiseEpoch: async () => done(this.#desk.raiseEpoch()),
    requireSchema: async ({ schemaVersionMin }) => {
      this.#open.requireSchema(schemaVersionMin);
      return null;
    },
    forgetResults: async () => done(this.#open.forgetResults()),
    lag: ({ state }) => this.#open.lag(state),
    catchUp: async () => done(this.#open.catchUp()),
    backup: async () => done(this.#open.backup()),
    restore: () => this.#restore(),
    close: () => this.close(),
  };
  #setup: HostedSetup | null = null;
  #clock: HostedClock | null = null;
  #books: SiteBooks | null = null;
  #app: FastifyInstance | null = null;
  #hub: LiveHub | null = null;

  /** `served` is told of every call that was answered. */
  constructor(served: (served: ServedCall) => void) {
    this.#served = served;
  }

  /** Does what was asked. Rejects with the error of whatever failed. */
  answer(name: HostedCallName, asks: unknown): Promise<unknown> {
    return this.#deeds[name](asks as never);
  }

  /** Ends the server and frees its store. Safe to call twice. */
  async close(): Promise<null> {
    await this.#hangUp();
    const books = this.#books;
    this.#books = null;
    await books?.close();
    return null;
  }

  get #desk(): AsyncDesk {
    return this.#open.desk;
  }

  get #open(): SiteBooks {
    return present(this.#books, 'the server is open');
  }

  async #start(setup: HostedSetup): Promise<string> {
    const { registry, limits, store } = setup;
    const how = { registry: registries[registry], limits, random: nodeRandom(), nowMs: () => this.#nowMs() };
    this.#setup = setup;
    this.#clock = setup.clock;
    if (store.kind === 'postgres') {
      const { PostgresBooks } = await import('./postgres-books.ts');
      this.#books = await PostgresBooks.open(store.url, how);
    } else {
      this.#books = new SqliteBooks(store.path, how);
    }
    await this.#desk.seed(new Map(setup.fixtures));
    return this.#listen();
  }

  async #listen(): Promise<string> {
    const { secret, limits, flavour } = present(this.#setup, 'the server is open');
    const clock = { now: () => this.#nowMs(), setOffset: fixed, advance: fixed };
    const signed = { kind: 'hs256', secret } as const;
    const authenticate = await makeAuthenticator(flavour === 'dotnet' ? withClockSkew(signed) : signed);
    this.#hub = this.#newHub();
    const { app } = await makeApp({
      sync: { serve: this.#telling, authenticate, clock },
      service: { isReady: () => true, checkStore: () => this.#open.store.ping() },
      clock,
      bodyBytes: limits.bodyBytes ?? bodyBytesOf(flavour),
      flavour,
      logger: null,
      faults: null,
      issuer: null,
      hub: this.#hub,
    });
    this.#app = app;
    return app.listen({ port: 0, host: '127.0.0.1' });
  }

  /** Live connections on the story's time: heartbeats come as often as the story says. */
  #newHub(): LiveHub {
    const speed = (): number => present(this.#clock, 'the server has a clock').speed;
    return new LiveHub({
      changes: { onChanged: (user, listener) => this.#open.store.changes.onChanged(user, listener) },
      epoch: () => this.#open.store.epoch(),
      time: {
        wallMs: () => this.#nowMs(),
        monoMs: () => machineMs() * speed(),
        after(delayMs, callback) {
          const timer = setTimeout(callback, delayMs / speed());
          return () => clearTimeout(timer);
        },
      },
    });
  }

  /** Live connections listen to the store that was: they are ended, as by a server that starts on other data. */
  async #restore(): Promise<boolean> {
    const restored = await this.#open.restore();
    if (restored) this.#hub?.endAll();
    return restored;
  }

  async #hangUp(): Promise<null> {
    const app = this.#app;
    this.#app = null;
    await app?.close();
    return null;
  }

  /** Answers a call, and tells of it when it was decided, before its answer is on the wire. */
  readonly #telling: ServeAsync = async (call, nowMs) => {
    const answer = await this.#open.serve(call, nowMs);
    if (!Object.hasOwn(calls, call.name)) return answer;
    const isJudging = answer.status === 200 && (call.name === 'push' || call.name === 'resolve');
    this.#served({
      call: call.name as keyof typeof calls,
      deviceId: call.deviceId ?? '',
      status: answer.status,
      bodies: isJudging ? { asked: call.body, answered: JSON.parse(answer.body) as unknown } : null,
    });
    return answer;
  };

  #nowMs(): number {
    const { startedWallMs, startedAt, speed, movedMs, offsetMs } = present(this.#clock, 'the server has a clock');
    return Math.floor(startedWallMs + (machineMs() - startedAt) * speed + movedMs + offsetMs);
  }
}

async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}

/** The clock is set by its stage alone. */
function fixed(): void {
  throw new Error('the clock of a hosted server is set by its stage');
}
