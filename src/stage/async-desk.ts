import { brandId, type EntityKey, type UserId } from '../core/ids.ts';
import type { Registry } from '../core/model/registry.ts';
import type { DigestAnswer } from '../core/protocol/messages.ts';
import type { Edit } from '../engine/device.ts';
import type { Random } from '../ports/random.ts';
import { seedAsync } from '../server/seed.ts';
import type { ServeAsync } from '../server/serve-async.ts';
import type { AsyncStore } from '../server/store/async-store.ts';
import type { UserReads } from '../server/store/store.ts';
import { purgeAsync, raiseEpochAsync } from '../server/upkeep.ts';
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
import { seedOf } from './server-desk.ts';
import { changeOf } from './server-edit.ts';
import type { FixtureRow } from './stage.ts';

/** What a desk over any store works on. */
export interface AsyncDeskParts {
  readonly store: AsyncStore;
  readonly serve: ServeAsync;
  readonly registry: Registry;
  readonly random: Random;
  /** The server's wall clock, ms. */
  readonly nowMs: () => number;
}

/** What a stage does at a server over any store, beside the network: as `ServerDesk`, which answers at once. */
export class AsyncDesk {
  readonly #parts: AsyncDeskParts;
  #writes = 0;
  /** Digests by user, as long as their data stand as they did: stories that wait ask for them again and again. */
  readonly #digests = new Map<string, { readonly at: string; readonly types: DigestAnswer['types'] }>();

  constructor(parts: AsyncDeskParts) {
    this.#parts = parts;
  }

  /** Puts rows there before the story. Rejects with SeedError for rows that the registry refuses. */
  async seed(fixtures: ReadonlyMap<string, readonly FixtureRow[]>): Promise<void> {
    const { store, registry, nowMs } = this.#parts;
    await seedAsync(store, registry, seedOf(fixtures), nowMs());
  }

  /** See `StageServer.row`. */
  row(user: string, key: EntityKey): Promise<StageRow | null> {
    return this.#reading(user, (view) => rowSeen(view, key));
  }

  /** See `StageServer.rows`. */
  rows(user: string, entityType: string): Promise<readonly StageRow[]> {
    return this.#reading(user, (view) => rowsSeen(view, entityType));
  }

  /** See `StageServer.effects`. */
  effects(user: string, changeIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#reading(user, (view) => effectsSeen(view, changeIds));
  }

  /** See `StageServer.history`. */
  history(user: string, key: EntityKey): Promise<readonly StageVersion[]> {
    return this.#reading(user, (view) => historySeen(view, key));
  }

  /** See `StageServer.verdicts`. */
  verdicts(user: string): Promise<VerdictCounts> {
    return this.#reading(user, verdictsSeen);
  }

  /** See `StageServer.digest`. Live rows of a user change only together with their counter. */
  async digest(user: string): Promise<DigestAnswer['types']> {
    const { store, serve, nowMs } = this.#parts;
    const epoch = await store.epoch();
    const at = `${await this.#reading(user, (view) => view.user().counter)}/${epoch}`;
    const known = this.#digests.get(user);
    if (known?.at === at) return known.types;
    const types = digestsIn(await serve(storyCall('digest', user, { epoch }), nowMs()));
    this.#digests.set(user, { at, types });
    return types;
  }

  /** See `StageServer.write`. */
  async write(user: string, edit: Edit): Promise<ServerWriteOutcome> {
    const { registry, store, serve, nowMs } = this.#parts;
    this.#writes += 1;
    const type = registry.types.get(edit.entityType);
    if (type === undefined) return { ok: false, reason: `there is no entity type ${edit.entityType}` };
    const author = { n: this.#writes, nowMs: nowMs(), deviceId: storyDevice };
    const change = await this.#reading(user, (view) => changeOf(edit, { type, view, author }));
    const call = storyCall('push', user, storyPush(await store.epoch(), change));
    return storyOutcome(await serve(call, nowMs()), change.id);
  }

  /** See `StageServer.purge`. */
  async purge(olderThanMs: number): Promise<void> {
    await purgeAsync(this.#parts.store, this.#parts.nowMs(), { tombstoneMs: olderThanMs });
  }

  /** See `StageServer.raiseEpoch`. */
  async raiseEpoch(): Promise<void> {
    await raiseEpochAsync(this.#parts.store, this.#parts.random);
  }

  #reading<T>(user: string, look: (view: UserReads) => T): Promise<T> {
    const task = { user: brandId<UserId>(user), access: 'read' } as const;
    return this.#parts.store.transact(task, ({ view }) => ({ value: look(view), writes: [] }));
  }
}
