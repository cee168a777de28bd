import type { UserId } from '../core/ids.ts';
import type { EntityType, Registry } from '../core/model/registry.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { compareText } from '../lib/order.ts';
import { changedRow } from './decide/effect.ts';
import { dataOf } from './decide/row-text.ts';
import type { CatalogueRow, HistoryEntry, Write } from './decide/stored.ts';
import { type CatalogueCount, gurasCounts } from './guras-counts.ts';
import type { ServerStore, UserView } from './store/store.ts';

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
  const known = counts.filter(({ entityType, sum, counted }) => {
    const fields = registry.types.get(entityType)?.fields ?? {};
    return Object.hasOwn(fields, sum) && Object.hasOwn(fields, counted);
  });
  return store.write(() => {
    const sums: Sums = new Map();
    let users = 0;
    for (const user of store.users()) {
      const view = store.user(user);
      if (seen.get(user) === view.user().counter) continue;
      countUser({ registry, view, counts: known, nowMs }, sums);
      seen.set(user, view.user().counter);
      users += 1;
    }
    return { users, catalogueRows: putSums(store, sums, nowMs) };
  });
}

/** What is to be added to catalogue rows: by type, id and field. */
type Sums = Map<string, Map<string, Map<string, number>>>;

interface UserCount {
  readonly registry: Registry;
  readonly view: UserView;
  readonly counts: readonly CatalogueCount[];
  readonly nowMs: number;
}

function countUser({ registry, view, counts, nowMs }: UserCount, sums: Sums): void {
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
        addTo(sums, { ...key, field: sum }, value - numberIn(before, field));
      }
      const data = { ...before, ...Object.fromEntries(changed) };
      const fields = changed.map(([field]) => field);
      const after = changedRow({ key, row }, { data, changed: fields, stamps: {}, naturalKey: null }, author);
      writes.push({ kind: 'row', row: after }, { kind: 'history', entry: markEntry(after, fields) });
    }
  }
  if (writes.length === 0) return;
  view.apply([{ kind: 'user', user: { counter: author.number, writtenAt: author.atMs } }, ...writes]);
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
  view: UserView,
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

function markChildren(view: UserView, { counted, of }: CatalogueCount, at: (entityId: string) => Marks): void {
  if (of.kind !== 'children') return;
  for (const child of view.liveRows(of.entityType)) {
    const parent: Json | undefined = dataOf(child)[of.reference];
    if (typeof parent === 'string') at(parent).set(counted, (at(parent).get(counted) ?? 0) + 1);
  }
}

function numberIn(data: JsonObject, field: string): number {
  const value = Object.hasOwn(data, field) ? data[field] : 0;
  return typeof value === 'number' ? value : 0;
}

function addTo(
  sums: Sums,
  { entityType, entityId, field }: { entityType: string; entityId: string; field: string },
  by: number,
): void {
  const rows = sums.get(entityType) ?? new Map<string, Map<string, number>>();
  const fields = rows.get(entityId) ?? new Map<string, number>();
  fields.set(field, (fields.get(field) ?? 0) + by);
  sums.set(entityType, rows.set(entityId, fields));
}

/** Rows of the catalogue that share one number. */
const rowsPerNumber = 250;

function putSums({ catalogue }: ServerStore, sums: Sums, nowMs: number): number {
  const changed = [...sums].flatMap(([entityType, rows]) =>
    [...rows]
      .sort(([a], [b]) => compareText(a, b))
      .flatMap(([entityId, fields]): Omit<CatalogueRow, 'version' | 'updatedAt'>[] => {
        const data = dataOf(catalogue.row({ entityType, entityId }));
        const added = [...fields]
          .filter(([, by]) => by !== 0)
          .map(([field, by]) => [field, Math.max(0, numberIn(data, field) + by)] as const);
        if (added.length === 0) return [];
        return [
          { entityType, entityId, deleted: false, dataJson: JSON.stringify({ ...data, ...Object.fromEntries(added) }) },
        ];
      }),
  );
  for (let at = 0; at < changed.length; at += rowsPerNumber) {
    const { counter, writtenAt } = catalogue.state();
    const next = { counter: counter + 1, writtenAt: Math.max(nowMs, writtenAt) };
    const rows = changed.slice(at, at + rowsPerNumber);
    catalogue.put(
      rows.map((row) => ({ ...row, version: next.counter, updatedAt: next.writtenAt })),
      next,
    );
  }
  return changed.length;
}
