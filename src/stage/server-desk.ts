import { brandId, type EntityKey, type UserId } from '../core/ids.ts';
import type { Registry } from '../core/model/registry.ts';
import { type DigestAnswer, digestAnswerSchema, protocolVersion, pushAnswerSchema } from '../core/protocol/messages.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Edit } from '../engine/device.ts';
import type { JsonObject } from '../lib/json.ts';
import { compareText } from '../lib/order.ts';
import type { Random } from '../ports/random.ts';
import { type Seed, seedStore } from '../server/seed.ts';
import type { ServerAnswer, ServeSync } from '../server/serve-sync.ts';
import type { ServerStore, UserView } from '../server/store/store.ts';
import { purgeStore, raiseEpoch } from '../server/upkeep.ts';
import type { ServerWriteOutcome, StageRow, StageVersion, VerdictCounts } from './server.ts';
import { changeOf } from './server-edit.ts';
import type { FixtureRow } from './stage.ts';

/** What a desk works on. */
export interface DeskParts {
  readonly store: ServerStore;
  readonly serve: ServeSync;
  readonly registry: Registry;
  readonly random: Random;
  /** The server's wall clock, ms. */
  readonly nowMs: () => number;
}

/** The name under which a story itself writes to the server. */
const storyDevice = 'story';
const everyRow = { limit: Number.MAX_SAFE_INTEGER, bytesMax: Number.MAX_SAFE_INTEGER };

/** What a stage does at the server itself, beside the network. Everything is done when a method returns. */
export class ServerDesk {
  readonly #parts: DeskParts;
  #writes = 0;
  /** Digests by user, as long as the store stands as it did: stories that wait ask for them again and again. */
  readonly #digests = new Map<string, { readonly revision: number; readonly types: DigestAnswer['types'] }>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Puts rows there before the story. Throws SeedError for rows that the registry refuses. */
  seed(fixtures: ReadonlyMap<string, readonly FixtureRow[]>): void {
    const { store, registry, nowMs } = this.#parts;
    seedStore(store, registry, seedOf(fixtures), nowMs());
  }

  /** See `StageServer.row`. */
  row(user: string, key: EntityKey): StageRow | null {
    return this.#reading(user, (view) => joined(view, key));
  }

  /** See `StageServer.rows`. */
  rows(user: string, entityType: string): readonly StageRow[] {
    return this.#reading(user, (view) => {
      const { rows } = view.cataloguePage([{ entityType, after: 0 }], everyRow);
      const ids = new Set([...view.liveRows(entityType), ...rows].map(({ entityId }) => entityId));
      return [...ids].sort(compareText).flatMap((entityId) => joined(view, { entityType, entityId }) ?? []);
    });
  }

  /** See `StageServer.effects`. */
  effects(user: string, changeIds: readonly string[]): ReadonlyMap<string, number> {
    return this.#reading(user, (view) => {
      const all = view.effects();
      const counts = changeIds.map((id) => [id, all.get(id) ?? 0] as const);
      return new Map(counts.filter(([, count]) => count > 0));
    });
  }

  /** See `StageServer.history`. */
  history(user: string, key: EntityKey): readonly StageVersion[] {
    const objectOf = (json: string | null): JsonObject | null =>
      json === null ? null : (JSON.parse(json) as JsonObject);
    return this.#reading(user, (view) =>
      view.history(key).map(({ version, deleted, dataJson, lostJson, origin: { changeId } }) => {
        return { version, deleted, changeId, data: objectOf(dataJson), lost: objectOf(lostJson) };
      }),
    );
  }

  /** See `StageServer.verdicts`. */
  verdicts(user: string): VerdictCounts {
    const counts = { applied: 0, conflict: 0, rejected: 0 };
    for (const { status } of this.#reading(user, (view) => view.verdicts())) counts[status] += 1;
    return counts;
  }

  /** See `StageServer.digest`. */
  digest(user: string): DigestAnswer['types'] {
    const { store } = this.#parts;
    const revision = store.revision();
    const known = this.#digests.get(user);
    if (known?.revision === revision) return known.types;
    const answer = this.#call('digest', user, { epoch: store.read(() => store.epoch()) });
    const { types } = digestAnswerSchema.parse(JSON.parse(answer.body));
    this.#digests.set(user, { revision, types });
    return types;
  }

  /** See `StageServer.write`. */
  write(user: string, edit: Edit): ServerWriteOutcome {
    const { registry, store, nowMs } = this.#parts;
    this.#writes += 1;
    const type = registry.types.get(edit.entityType);
    if (type === undefined) return { ok: false, reason: `there is no entity type ${edit.entityType}` };
    const author = { n: this.#writes, nowMs: nowMs(), deviceId: storyDevice };
    const change = this.#reading(user, (view) => changeOf(edit, { type, view, author }));
    const answer = this.#call('push', user, {
      deviceId: storyDevice,
      registered: false,
      incarnation: storyDevice,
      previousIncarnations: [],
      epoch: store.read(() => store.epoch()),
      changes: [change],
    });
    if (answer.status !== 200) return { ok: false, reason: answer.body };
    const result = pushAnswerSchema.parse(JSON.parse(answer.body)).results[0];
    if (result?.status === 'applied') return { ok: true, changeId: change.id };
    const { code, detail } = result?.problem ?? { code: 'no verdict' };
    return {
      ok: false,
      reason: `${result?.status ?? 'unanswered'}: ${code}${detail === undefined ? '' : `, ${detail}`}`,
    };
  }

  /** See `StageServer.purge`. */
  purge(olderThanMs: number): void {
    purgeStore(this.#parts.store, this.#parts.nowMs(), { tombstoneMs: olderThanMs });
  }

  /** See `StageServer.raiseEpoch`. */
  raiseEpoch(): void {
    raiseEpoch(this.#parts.store, this.#parts.random);
  }

  #call(name: CallName, user: string, body: unknown): ServerAnswer {
    const call = { name, user: brandId<UserId>(user), body, deviceId: null, schemaVersion: null, appVersion: null };
    return this.#parts.serve({ ...call, protocolVersion }, this.#parts.nowMs());
  }

  #reading<T>(user: string, work: (view: UserView) => T): T {
    const { store } = this.#parts;
    return store.read(() => work(store.user(brandId<UserId>(user))));
  }
}

/** The live row as a user sees it: the catalogue's part below, the user's own above. */
function joined(view: UserView, key: EntityKey): StageRow | null {
  const own = view.row(key);
  const shared = view.catalogueRow(key);
  const live = [shared, own].filter((row) => row !== undefined && !row.deleted && row.dataJson !== null);
  if (live.length === 0 || own?.deleted === true) return null;
  const data = Object.assign({}, ...live.map((row) => JSON.parse(row?.dataJson ?? '{}') as JsonObject)) as JsonObject;
  const { entityType, entityId } = key;
  return { entityType, entityId, version: (own ?? shared)?.version ?? 0, data };
}

function seedOf(fixtures: ReadonlyMap<string, readonly FixtureRow[]>): Seed {
  const catalogue = new Map<string, FixtureRow>();
  const users: Record<string, readonly FixtureRow[]> = {};
  for (const [user, rows] of fixtures) {
    users[user] = rows.filter(({ part }) => part === 'user');
    for (const row of rows) if (row.part === 'catalogue') catalogue.set(`${row.entityType}/${row.entityId}`, row);
  }
  return { users, catalogue: [...catalogue.values()] };
}
