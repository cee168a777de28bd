import { brandId, type EntityKey, type UserId } from '../core/ids.ts';
import { naturalKeyOf, type Registry } from '../core/model/registry.ts';
import { validateServerRow } from '../core/model/validate.ts';
import { initialData } from '../core/queue/effect.ts';
import type { JsonObject } from '../lib/json.ts';
import { compareText } from '../lib/order.ts';
import { bornRow, changedRow } from './decide/effect.ts';
import type { StoredRow, Write } from './decide/stored.ts';
import type { ServerStore } from './store/store.ts';

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

/** Rows that share one number: pages end only between numbers, so one number for all would be one page. */
const rowsPerNumber = 250;

/**
 * Puts rows into a store, all in one transaction, over whatever is there under the same ids. Values are checked as rows of the
 * server, so fields of every owner but the device's may be set. Throws SeedError, with nothing written.
 */
export function seedStore(store: ServerStore, registry: Registry, seed: Seed, nowMs: number): void {
  store.write(() => {
    seedCatalogue(store, registry, seed.catalogue ?? [], nowMs);
    const users = Object.entries(seed.users ?? {}).sort(([a], [b]) => compareText(a, b));
    for (const [user, rows] of users) seedUser({ store, registry, nowMs }, brandId<UserId>(user), rows);
  });
}

/** Writes catalogue rows, at the next numbers of the catalogue. `null` data deletes. Runs inside a write transaction. */
function seedCatalogue(store: ServerStore, registry: Registry, rows: readonly SeedRow[], nowMs: number): void {
  for (const row of rows) check(registry, row, true);
  for (let at = 0; at < rows.length; at += rowsPerNumber) {
    const state = store.catalogue.state();
    const next = { counter: state.counter + 1, writtenAt: Math.max(nowMs, state.writtenAt) };
    const part = rows.slice(at, at + rowsPerNumber).map(({ entityType, entityId, data }) => ({
      entityType,
      entityId,
      version: next.counter,
      deleted: false,
      dataJson: JSON.stringify(data),
      updatedAt: next.writtenAt,
    }));
    store.catalogue.put(part, next);
  }
}

interface Seeding {
  readonly store: ServerStore;
  readonly registry: Registry;
  readonly nowMs: number;
}

function seedUser({ store, registry, nowMs }: Seeding, user: UserId, rows: readonly SeedRow[]): void {
  const view = store.user(user);
  for (const row of rows) check(registry, row, false);
  for (let at = 0; at < rows.length; at += rowsPerNumber) {
    const state = view.user();
    const number = state.counter + 1;
    const atMs = Math.max(nowMs, state.writtenAt);
    const part = rows
      .slice(at, at + rowsPerNumber)
      .map((row): Write => ({ kind: 'row', row: seededRow(registry, row, number, atMs) }));
    view.apply([{ kind: 'user', user: { counter: number, writtenAt: atMs } }, ...part]);
  }
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

function check(registry: Registry, { entityType, entityId, data }: SeedRow, isCatalogue: boolean): void {
  const type = registry.types.get(entityType);
  if (type === undefined)
    throw new SeedError(`There is no entity type ${entityType}. Known: ${[...registry.types.keys()].join(', ')}.`);
  if (isCatalogue && !type.catalogue)
    throw new SeedError(`${entityType} has no catalogue; put ${entityId} under a user.`);
  const fault = validateServerRow(type, data);
  if (fault !== null) throw new SeedError(`${entityType} ${entityId}: ${fault.detail}`);
}
