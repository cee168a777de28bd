import { brandId, type EntityKey, type UserId } from '../core/ids.ts';
import { naturalKeyOf, type Registry } from '../core/model/registry.ts';
import { validateServerRow } from '../core/model/validate.ts';
import { initialData } from '../core/queue/effect.ts';
import type { JsonObject } from '../lib/json.ts';
import { compareText } from '../lib/order.ts';
import { numbered, rowsPerNumber } from './catalogue-sums.ts';
import { bornRow, changedRow } from './decide/effect.ts';
import type { StoredRow, UserState, Write } from './decide/stored.ts';
import type { AsyncStore, CatalogueEdit } from './store/async-store.ts';
import type { ServerStore } from './store/store.ts';
import { applyEdit } from './store/sync-store.ts';

/** A row that stands before anything is pushed. */
export interface SeedRow extends EntityKey {
  readonly data: JsonObject;
}

/** What a server is filled with: rows by user, and rows of the shared catalogue. */
export interface Seed {
  readonly users?: Readonly<Record<string, readonly SeedRow[]>>;
  readonly catalogue?: readonly SeedRow[];
}

/** A seed names a type the registry lacks or values its fields refuse. The message says which. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

/**
 * Puts rows into a store, all in one transaction, over whatever is there under the same ids. Values are checked as rows of the
 * server, so fields of every owner but the device's may be set. Throws SeedError, with nothing written.
 */
export function seedStore(store: ServerStore, registry: Registry, seed: Seed, nowMs: number): void {
  checkSeed(registry, seed);
  store.write(() => {
    applyEdit(store.catalogue, catalogueEdit(seed.catalogue ?? [], nowMs));
    for (const [user, rows] of usersOf(seed)) {
      const view = store.user(user);
      view.apply(seededWrites({ registry, nowMs }, view.user(), rows));
    }
  });
}

/** The same on any store: the catalogue, then each user, in a transaction of its own. Rejects with SeedError, with nothing written. */
export async function seedAsync(store: AsyncStore, registry: Registry, seed: Seed, nowMs: number): Promise<void> {
  checkSeed(registry, seed);
  const catalogue = seed.catalogue ?? [];
  if (catalogue.length > 0) await store.editCatalogue(catalogueEdit(catalogue, nowMs));
  for (const [user, rows] of usersOf(seed)) {
    await store.transact({ user, access: 'write' }, ({ view }) => {
      return { value: null, writes: seededWrites({ registry, nowMs }, view.user(), rows) };
    });
  }
}

/** The users of a seed with their rows, in order. */
function usersOf(seed: Seed): readonly (readonly [UserId, readonly SeedRow[]])[] {
  return Object.entries(seed.users ?? {})
    .sort(([a], [b]) => compareText(a, b))
    .map(([user, rows]) => [brandId<UserId>(user), rows]);
}

function catalogueEdit(rows: readonly SeedRow[], nowMs: number): CatalogueEdit {
  const whole = rows.map(({ entityType, entityId, data }) => {
    return { entityType, entityId, deleted: false, dataJson: JSON.stringify(data) };
  });
  return { keys: [], work: (catalogue) => numbered(catalogue, whole, nowMs) };
}

interface Seeding {
  readonly registry: Registry;
  readonly nowMs: number;
}

function seededWrites({ registry, nowMs }: Seeding, before: UserState, rows: readonly SeedRow[]): readonly Write[] {
  const atMs = Math.max(nowMs, before.writtenAt);
  const writes: Write[] = [];
  for (let at = 0; at < rows.length; at += rowsPerNumber) {
    const number = before.counter + 1 + at / rowsPerNumber;
    writes.push({ kind: 'user', user: { counter: number, writtenAt: atMs } });
    for (const row of rows.slice(at, at + rowsPerNumber)) {
      writes.push({ kind: 'row', row: seededRow(registry, row, number, atMs) });
    }
  }
  return writes;
}

/** A seeded row has no stamps: no intent of a person stands behind it, so any later one wins. */
function seededRow(
  registry: Registry,
  { entityType, entityId, data }: SeedRow,
  number: number,
  atMs: number,
): StoredRow {
  const type = registry.types.get(entityType);
  if (type === undefined) throw new SeedError(`There is no entity type ${entityType}.`);
  const author = { number, atMs, origin: { deviceId: '', changeId: 'seed' } };
  const key = { entityType, entityId };
  if (type.catalogue) {
    return changedRow(
      { key, row: undefined },
      { data, changed: Object.keys(data), stamps: {}, naturalKey: null },
      author,
    );
  }
  const whole = { ...initialData(type), ...data };
  return bornRow(key, { data: whole, stamps: {}, naturalKey: naturalKeyOf(type, whole) }, author);
}

function checkSeed(registry: Registry, { users = {}, catalogue = [] }: Seed): void {
  for (const row of catalogue) check(registry, row, true);
  for (const rows of Object.values(users)) for (const row of rows) check(registry, row, false);
}

function check(registry: Registry, { entityType, entityId, data }: SeedRow, isCatalogue: boolean): void {
  const type = registry.types.get(entityType);
  if (type === undefined)
    throw new SeedError(`There is no entity type ${entityType}. Known: ${[...registry.types.keys()].join(', ')}.`);
  if (isCatalogue && !type.catalogue)
    throw new SeedError(`${entityType} has no catalogue; put ${entityId} under a user.`);
  const fault = validateServerRow(type, data);
  if (fault !== null) throw new SeedError(`${entityType} ${entityId}: ${fault.detail}`);
}
