import type { UserId } from '../core/ids.ts';
import type { EntityType, Registry } from '../core/model/registry.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { CatalogueSums, numberIn } from './catalogue-sums.ts';
import { changedRow } from './decide/effect.ts';
import { dataOf } from './decide/row-text.ts';
import type { HistoryEntry, Write } from './decide/stored.ts';
import { type CatalogueCount, gurasCounts } from './guras-counts.ts';
import type { AsyncStore } from './store/async-store.ts';
import type { ServerStore, UserReads } from './store/store.ts';
import { applyEdit } from './store/sync-store.ts';

/** What a run of the job did. */
export interface Counted {
  readonly users: number;
  readonly catalogueRows: number;
}

/**
 * Sums what users did over all users into the catalogue, and marks in each user's part how much of it is inside the sum. A
 * device shows server count − counted + own, so neither order of arrival shows a like twice. `seen` remembers up to which number
 * each user was counted; users without news are passed over. One transaction, outside pushes.
 */
export function countCatalogue(
  store: ServerStore,
  registry: Registry,
  nowMs: number,
  {
    counts = gurasCounts,
    seen = new Map(),
  }: { readonly counts?: readonly CatalogueCount[]; readonly seen?: Map<UserId, number> } = {},
): Counted {
  const known = knownCounts(registry, counts);
  return store.write(() => {
    const sums = new CatalogueSums();
    let users = 0;
    for (const user of store.users()) {
      const view = store.user(user);
      if (seen.get(user) === view.user().counter) continue;
      const writes = countUser({ registry, view, counts: known, nowMs }, sums);
      if (writes.length > 0) view.apply(writes);
      seen.set(user, view.user().counter);
      users += 1;
    }
    const edit = sums.edit(nowMs);
    applyEdit(store.catalogue, edit);
    return { users, catalogueRows: edit.keys.length };
  });
}

/** Users whose turn is looked up together. */
const usersAtOnce = 500;

/**
 * The same on any store, each user in a transaction of its own together with what it adds to the catalogue: what is cut
 * off in the middle is neither lost nor counted twice. Users without news are passed over.
 */
export async function countAsync(
  store: AsyncStore,
  registry: Registry,
  nowMs: number,
  counts: readonly CatalogueCount[] = gurasCounts,
): Promise<Counted> {
  const known = knownCounts(registry, counts);
  const total = { users: 0, catalogueRows: 0 };
  for (let after: UserId | null = null; ; ) {
    const users: readonly UserId[] = await store.uncounted({ after, limit: usersAtOnce });
    for (const user of users) {
      total.catalogueRows += await store.transact({ user, access: 'write' }, ({ view }) => {
        const sums = new CatalogueSums();
        const writes = countUser({ registry, view, counts: known, nowMs }, sums);
        const catalogue = sums.edit(nowMs);
        const isNews = catalogue.keys.length > 0;
        return { value: catalogue.keys.length, writes, counted: true, ...(isNews ? { catalogue } : {}) };
      });
      total.users += 1;
    }
    after = users.at(-1) ?? null;
    if (after === null || users.length < usersAtOnce) return total;
  }
}

/** The counts whose fields the registry has. */
function knownCounts(registry: Registry, counts: readonly CatalogueCount[]): readonly CatalogueCount[] {
  return counts.filter(({ entityType, sum, counted }) => {
    const fields = registry.types.get(entityType)?.fields ?? {};
    return Object.hasOwn(fields, sum) && Object.hasOwn(fields, counted);
  });
}

interface UserCount {
  readonly registry: Registry;
  readonly view: UserReads;
  readonly counts: readonly CatalogueCount[];
  readonly nowMs: number;
}

/** The marks that one user's part gets, and into `sums` what the catalogue gets for them. */
function countUser({ registry, view, counts, nowMs }: UserCount, sums: CatalogueSums): readonly Write[] {
  const { counter, writtenAt } = view.user();
  const author = { number: counter + 1, atMs: Math.max(nowMs, writtenAt), origin: { deviceId: '', changeId: 'count' } };
  const writes: Write[] = [];
  for (const entityType of [...new Set(counts.map((count) => count.entityType))]) {
    const own = counts.filter((count) => count.entityType === entityType);
    for (const [entityId, marks] of marksOf(view, registry.types.get(entityType), own)) {
      const key = { entityType, entityId };
      const catalogue = view.catalogueRow(key);
      const row = view.row(key);
      const before = dataOf(row);
      const changed = [...marks].filter(([field, value]) => value !== numberIn(before, field));
      if (catalogue === undefined || catalogue.deleted || changed.length === 0) continue;
      for (const [field, value] of changed) {
        const { sum } = own.find(({ counted }) => counted === field) as CatalogueCount;
        sums.add(key, sum, value - numberIn(before, field));
      }
      const data = { ...before, ...Object.fromEntries(changed) };
      const fields = changed.map(([field]) => field);
      const after = changedRow({ key, row }, { data, changed: fields, stamps: {}, naturalKey: null }, author);
      writes.push({ kind: 'row', row: after }, { kind: 'history', entry: markEntry(after, fields) });
    }
  }
  if (writes.length === 0) return [];
  return [{ kind: 'user', user: { counter: author.number, writtenAt: author.atMs } }, ...writes];
}

function markEntry(row: ReturnType<typeof changedRow>, changed: readonly string[]): HistoryEntry {
  const { entityType, entityId, version, deleted, dataJson, updatedAt, origin } = row;
  const none = { lostJson: null, outcome: null, settles: null };
  return { entityType, entityId, version, deleted, dataJson, changed, updatedAt, origin, ...none };
}

/** Values of the marks of one row, by field. */
type Marks = Map<string, number>;

/** By row, what its marks should say: for every row the user has a part of or counted children of. */
function marksOf(
  view: UserReads,
  type: EntityType | undefined,
  counts: readonly CatalogueCount[],
): ReadonlyMap<string, Marks> {
  const marks = new Map<string, Marks>();
  const at = (entityId: string): Marks => {
    const known = marks.get(entityId) ?? new Map(counts.map(({ counted }) => [counted, 0]));
    marks.set(entityId, known);
    return known;
  };
  for (const row of type === undefined ? [] : view.liveRows(type.name))
    markFlags(at(row.entityId), dataOf(row), counts);
  for (const count of counts) markChildren(view, count, at);
  return marks;
}

function markFlags(marks: Marks, data: JsonObject, counts: readonly CatalogueCount[]): void {
  for (const { counted, of } of counts) {
    if (of.kind === 'flag') marks.set(counted, data[of.field] === true ? 1 : 0);
  }
}

function markChildren(view: UserReads, { counted, of }: CatalogueCount, at: (entityId: string) => Marks): void {
  if (of.kind !== 'children') return;
  for (const child of view.liveRows(of.entityType)) {
    const parent: Json | undefined = dataOf(child)[of.reference];
    if (typeof parent === 'string') at(parent).set(counted, (at(parent).get(counted) ?? 0) + 1);
  }
}
