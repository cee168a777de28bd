import { brandId, type EntityKey, type UserId } from '../core/ids.ts';
import type { Registry } from '../core/model/registry.ts';
import type { DigestAnswer } from '../core/protocol/messages.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { Edit } from '../engine/device.ts';
import type { Random } from '../ports/random.ts';
import { type Seed, seedStore } from '../server/seed.ts';
import type { ServerAnswer, ServeSync } from '../server/serve-sync.ts';
import type { ServerStore, UserView } from '../server/store/store.ts';
import { purgeStore, raiseEpoch } from '../server/upkeep.ts';
import {
  digestsIn,
  effectsSeen,
  historySeen,
  rowSeen,
  rowsSeen,
  storyCall,
  storyDevice,
  storyOutcome,
  storyPush,
  verdictsSeen,
} from './desk-looks.ts';
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
    return this.#reading(user, (view) => rowSeen(view, key));
  }

  /** See `StageServer.rows`. */
  rows(user: string, entityType: string): readonly StageRow[] {
    return this.#reading(user, (view) => rowsSeen(view, entityType));
  }

  /** See `StageServer.effects`. */
  effects(user: string, changeIds: readonly string[]): ReadonlyMap<string, number> {
    return this.#reading(user, (view) => effectsSeen(view, changeIds));
  }

  /** See `StageServer.history`. */
  history(user: string, key: EntityKey): readonly StageVersion[] {
    return this.#reading(user, (view) => historySeen(view, key));
  }

  /** See `StageServer.verdicts`. */
  verdicts(user: string): VerdictCounts {
    return this.#reading(user, verdictsSeen);
  }

  /** See `StageServer.digest`. */
  digest(user: string): DigestAnswer['types'] {
    const { store } = this.#parts;
    const revision = store.revision();
    const known = this.#digests.get(user);
    if (known?.revision === revision) return known.types;
    const types = digestsIn(this.#call('digest', user, { epoch: store.read(() => store.epoch()) }));
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
    const epoch = store.read(() => store.epoch());
    return storyOutcome(this.#call('push', user, storyPush(epoch, change)), change.id);
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
    return this.#parts.serve(storyCall(name, user, body), this.#parts.nowMs());
  }

  #reading<T>(user: string, work: (view: UserView) => T): T {
    const { store } = this.#parts;
    return store.read(() => work(store.user(brandId<UserId>(user))));
  }
}

/** The seed that fixtures of a story make: rows of the catalogue once, whichever user they are given to. */
export function seedOf(fixtures: ReadonlyMap<string, readonly FixtureRow[]>): Seed {
  const catalogue = new Map<string, FixtureRow>();
  const users: Record<string, readonly FixtureRow[]> = {};
  for (const [user, rows] of fixtures) {
    users[user] = rows.filter(({ part }) => part === 'user');
    for (const row of rows) if (row.part === 'catalogue') catalogue.set(`${row.entityType}/${row.entityId}`, row);
  }
  return { users, catalogue: [...catalogue.values()] };
}
