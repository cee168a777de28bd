import { writeFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { nodeRandom } from '../adapters/node/random.ts';
import { calls } from '../core/protocol/paths.ts';
import { present } from '../lib/assert.ts';
import { makeAuthenticator } from '../server/auth/authenticator.ts';
import { withClockSkew } from '../server/auth/clock-skew.ts';
import { bodyBytesOf, makeApp } from '../server/http/app.ts';
import type { ServeSync } from '../server/serve-sync.ts';
import { registries } from '../stage/registries.ts';
import { Replica } from '../stage/replica.ts';
import { openBooks, type ServerBooks } from '../stage/server-books.ts';
import type { ServerDesk } from '../stage/server-desk.ts';
import type { HostedCallName, HostedCalls, HostedClock, HostedSetup, ServedCall } from './host-messages.ts';
import { machineMs } from './machine-clock.ts';

/** What is done for each question. */
type Deeds = {
  readonly [Name in HostedCallName]: (asks: HostedCalls[Name]['asks']) => Promise<HostedCalls[Name]['gives']>;
};

/** Everything of a server that is open. */
interface OpenSite extends ServerBooks {
  readonly setup: HostedSetup;
}

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
    row: async ({ user, key }) => this.#desk.row(user, key),
    rows: async ({ user, entityType }) => this.#desk.rows(user, entityType),
    effects: async ({ user, changeIds }) => [...this.#desk.effects(user, changeIds)],
    history: async ({ user, key }) => this.#desk.history(user, key),
    verdicts: async ({ user }) => this.#desk.verdicts(user),
    digest: async ({ user }) => this.#desk.digest(user),
    write: async ({ user, edit }) => this.#desk.write(user, edit),
    purge: async ({ olderThanMs }) => {
      this.#desk.purge(olderThanMs);
      return null;
    },
    raiseEpoch: async () => {
      this.#desk.raiseEpoch();
      return null;
    },
    requireSchema: async ({ schemaVersionMin }) => {
      this.#open.requireSchema(schemaVersionMin);
      return null;
    },
    forgetResults: async () => {
      this.#open.store.forgetResults();
      return null;
    },
    setLagging: async ({ lagging }) => {
      this.#replica.set(lagging, this.#open.store);
      return null;
    },
    backup: async () => {
      this.#backup = this.#open.store.snapshot();
      return null;
    },
    restore: () => this.#restore(),
    close: () => this.close(),
  };
  #clock: HostedClock | null = null;
  #site: OpenSite | null = null;
  #app: FastifyInstance | null = null;
  #backup: Buffer | null = null;
  readonly #replica = new Replica((bytes) => this.#books(this.#open.setup, this.#copied(bytes, 'replica')));
  #copies = 0;

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
    this.#replica.drop();
    this.#site?.store.close();
    this.#site = null;
    return null;
  }

  get #desk(): ServerDesk {
    return this.#open.desk;
  }

  get #open(): OpenSite {
    return present(this.#site, 'the server is open');
  }

  async #start(setup: HostedSetup): Promise<string> {
    this.#clock = setup.clock;
    this.#site = this.#openSite(setup, setup.storePath);
    this.#desk.seed(new Map(setup.fixtures));
    return this.#listen();
  }

  #openSite(setup: HostedSetup, path: string | Buffer): OpenSite {
    const books = this.#books(setup, path);
    return { ...books, setup, serve: this.#telling(books.serve) };
  }

  /** Where a copy of the data can be opened: in a file of its own where the server has files. */
  #copied(bytes: Buffer, name: string): string | Buffer {
    const { storePath } = this.#open.setup;
    if (storePath === ':memory:') return bytes;
    this.#copies += 1;
    const file = `${storePath}.${name}-${this.#copies}`;
    writeFileSync(file, bytes);
    return file;
  }

  #books({ registry: name, limits }: HostedSetup, path: string | Buffer): ServerBooks {
    const registry = registries[name];
    return openBooks(path, { registry, limits, random: nodeRandom(), nowMs: () => this.#nowMs() });
  }

  /** Goes on with the data of the backup. */
  async #restore(): Promise<HostedCalls['restore']['gives']> {
    const bytes = this.#backup;
    if (bytes === null) return null;
    const { setup, store } = this.#open;
    const wasListening = this.#app !== null;
    await this.#hangUp();
    this.#replica.drop();
    store.close();
    this.#site = this.#openSite(setup, this.#copied(bytes, 'restored'));
    this.#desk.raiseEpoch();
    return { url: wasListening ? await this.#listen() : null };
  }

  async #listen(): Promise<string> {
    const { setup, store, serve } = this.#open;
    const clock = { now: () => this.#nowMs(), setOffset: fixed, advance: fixed };
    const signed = { kind: 'hs256', secret: setup.secret } as const;
    const authenticate = await makeAuthenticator(setup.flavour === 'dotnet' ? withClockSkew(signed) : signed);
    const { app } = await makeApp({
      sync: { serve: async (call, nowMs) => serve(call, nowMs), authenticate, clock },
      service: { isReady: () => true, checkStore: () => store.epoch() },
      clock,
      bodyBytes: setup.limits.bodyBytes ?? bodyBytesOf(setup.flavour),
      flavour: setup.flavour,
      logger: null,
      faults: null,
      issuer: null,
      hub: null,
    });
    this.#app = app;
    return app.listen({ port: 0, host: '127.0.0.1' });
  }

  async #hangUp(): Promise<null> {
    const app = this.#app;
    this.#app = null;
    await app?.close();
    return null;
  }

  /** Tells of each call when it was decided, before its answer is on the wire. */
  #telling(serve: ServeSync): ServeSync {
    return (call, nowMs) => {
      const answer = this.#replica.serveOf(call.name, serve)(call, nowMs);
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
  }

  #nowMs(): number {
    const { startedWallMs, startedAt, speed, movedMs, offsetMs } = present(this.#clock, 'the server has a clock');
    return Math.floor(startedWallMs + (machineMs() - startedAt) * speed + movedMs + offsetMs);
  }
}

/** The clock is set by its stage alone. */
function fixed(): void {
  throw new Error('the clock of a hosted server is set by its stage');
}
