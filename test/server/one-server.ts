import { brandId, type Epoch, type UserId } from '../../src/core/ids.ts';
import type { Limits } from '../../src/core/limits.ts';
import type {
  DigestAnswer,
  Problem,
  PullAnswer,
  PushAnswer,
  Result,
  ServerRow,
} from '../../src/core/protocol/messages.ts';
import { type Seed, seedStore } from '../../src/server/seed.ts';
import { makeServeSync, type ServerAnswer, type ServerCallName } from '../../src/server/serve-sync.ts';
import { SqliteStore } from '../../src/server/store/sqlite.ts';
import { testRegistry } from './test-registry.ts';

/** Server time at the start of every test, ms. */
export const startMs = 1_800_000_000_000;

/** A change as tests write it: what is left out takes a usual value. */
export interface Draft {
  readonly id?: string;
  readonly seq?: number;
  readonly action?: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly base?: number | null;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly increments?: Readonly<Record<string, number>>;
  readonly stamps?: Readonly<Record<string, string>>;
  readonly dependsOn?: readonly string[];
  readonly group?: string;
  readonly groupSize?: number;
}

/** A resolution as tests write it. */
export interface Decision {
  readonly id: string;
  readonly changeId: string;
  readonly outcome: 'local' | 'server' | 'merged' | 'delete' | 'withdraw';
  readonly against?: number;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly increments?: Readonly<Record<string, number>>;
  readonly stamps?: Readonly<Record<string, string>>;
  readonly lost?: Readonly<Record<string, unknown>>;
}

/** A server on a store in memory, with a clock that stands until a test moves it. */
export class OneServer {
  readonly store: SqliteStore;
  nowMs = startMs;
  readonly #serve: ReturnType<typeof makeServeSync>;

  constructor(
    options: { readonly limits?: Partial<Limits>; readonly schemaVersionMin?: number; readonly seed?: Seed } = {},
  ) {
    this.store = new SqliteStore({ path: ':memory:', epoch: brandId<Epoch>('epoch-1') });
    const { limits = {}, schemaVersionMin = 0 } = options;
    this.#serve = makeServeSync({ store: this.store, registry: testRegistry, limits, schemaVersionMin });
    if (options.seed !== undefined) seedStore(this.store, testRegistry, options.seed, this.nowMs);
  }

  call(
    name: ServerCallName,
    user: string,
    body: unknown,
    headers: { deviceId?: string; schemaVersion?: number } = {},
  ): ServerAnswer {
    const { deviceId = null, schemaVersion = null } = headers;
    const call = {
      name,
      user: brandId<UserId>(user),
      body,
      deviceId,
      schemaVersion,
      protocolVersion: 1,
      appVersion: null,
    };
    return this.#serve(call, this.nowMs);
  }

  device(deviceId: string, user = 'ana'): TestDevice {
    return new TestDevice(this, deviceId, user);
  }

  digest(user = 'ana', more: object = {}): DigestAnswer {
    return JSON.parse(this.call('digest', user, { epoch: this.store.epoch(), ...more }).body) as DigestAnswer;
  }

  /** The stored row with its values, whoever it belongs to. */
  row(entityType: string, entityId: string, user = 'ana') {
    const row = this.store.user(brandId<UserId>(user)).row({ entityType, entityId });
    return row === undefined ? undefined : { ...row, data: JSON.parse(row.dataJson ?? 'null') as unknown };
  }
}

/** A device by hand: it remembers what a device would, and sends exactly what a test says. */
export class TestDevice {
  readonly #server: OneServer;
  readonly deviceId: string;
  readonly user: string;
  incarnation = 'life-1';
  previousIncarnations: string[] = [];
  registered = false;
  epoch: string | null = null;
  cursor: string | null = null;
  #seq = 0;

  constructor(server: OneServer, deviceId: string, user: string) {
    this.#server = server;
    this.deviceId = deviceId;
    this.user = user;
  }

  /** A change by this device; its stamps are those of the server's clock. */
  change(entityType: string, entityId: string, draft: Draft = {}): Record<string, unknown> & { id: string } {
    this.#seq += 1;
    const { action = 'CREATE', base = null, data = null, id = `${this.deviceId}-${this.#seq}`, ...more } = draft;
    const fields = action === 'DELETE' ? ['*'] : Object.keys(data ?? {});
    const stamps = Object.fromEntries(fields.map((field) => [field, this.stamp()]));
    const timestamp = this.#server.nowMs;
    return { seq: this.#seq, stamps, ...more, id, entityType, entityId, action, baseVersion: base, data, timestamp };
  }

  /** A stamp of this device, `aheadMs` before or behind server time. */
  stamp(aheadMs = 0): string {
    return `${String(this.#server.nowMs + aheadMs).padStart(13, '0')}-0000-${this.deviceId}`;
  }

  send(name: ServerCallName, body: object): ServerAnswer {
    const answer = this.#server.call(name, this.user, body);
    if (answer.status === 200) this.registered = true;
    return answer;
  }

  envelope() {
    const { deviceId, registered, incarnation, previousIncarnations, epoch } = this;
    return { deviceId, registered, incarnation, previousIncarnations, epoch };
  }

  /** Pushes and gives the results in order. Throws on any refusal. */
  push(...changes: readonly object[]): Result[] {
    const answer = expectOk<PushAnswer>(this.send('push', { ...this.envelope(), changes }));
    this.epoch = answer.epoch;
    return answer.results;
  }

  /** Pushes one change and gives its result. */
  one(change: object): Result {
    const [result] = this.push(change);
    if (result === undefined) throw new Error('the push answered nothing');
    return result;
  }

  resolve(entityType: string, entityId: string, decision: Decision): Result {
    const { against = 0, data = null, ...more } = decision;
    const stamps = Object.fromEntries(Object.keys(data ?? {}).map((field) => [field, this.stamp()]));
    const resolution = { stamps, ...more, entityType, entityId, againstVersion: against, data };
    const answer = expectOk<PushAnswer>(this.send('resolve', { ...this.envelope(), resolutions: [resolution] }));
    const [result] = answer.results;
    if (result === undefined) throw new Error('the resolve answered nothing');
    return result;
  }

  /** One page from where this device stands. */
  page(more: object = {}): PullAnswer {
    const { deviceId, registered, cursor } = this;
    const answer = expectOk<PullAnswer>(this.send('pull', { deviceId, registered, cursor, ...more }));
    this.cursor = answer.cursor;
    this.epoch = answer.epoch;
    return answer;
  }

  /** All pages from where this device stands. */
  pull(more: object = {}): ServerRow[] {
    const rows: ServerRow[] = [];
    for (;;) {
      const page = this.page(more);
      rows.push(...page.changes);
      if (!page.hasMore) return rows;
    }
  }
}

function expectOk<T>({ status, body }: ServerAnswer): T {
  if (status !== 200) throw new Error(`answered ${status}: ${body}`);
  return JSON.parse(body) as T;
}

/** Status and code of a refusal. */
export function refusal({ status, body }: ServerAnswer): { status: number; code: string } {
  return { status, code: (JSON.parse(body) as Problem).code };
}
