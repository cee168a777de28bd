import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { Item } from '../../src/core/queue/item.ts';
import type { Scan, Write } from '../../src/core/sync/rows.ts';
import { type IndexSpec, type Key, type TableName, tables } from '../../src/core/sync/tables.ts';
import { compareKeys } from '../../src/lib/order.ts';
import type { Storage } from '../../src/ports/storage.ts';
import { oddTexts } from './odd-texts.ts';
import { aConflict, anAcknowledged, anItem, aRecord } from './storage-rows.ts';

const text = fc.constantFrom(...oddTexts);
const state = fc.constantFrom<Item['state']>('pending', 'inFlight', 'parked');
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });

/** Sequence numbers go with ids, so that index keys differ between rows, as they do in the engine. */
const item = fc
  .record({
    at: fc.nat({ max: oddTexts.length - 1 }),
    state,
    group: orNull(text),
    waitsFor: orNull(text),
    parents: fc.array(text, { maxLength: 3 }),
    retryCount: fc.nat({ max: 3 }),
  })
  .map(({ at, waitsFor, ...parts }) =>
    anItem(oddTexts[at] as string, at, {
      ...parts,
      waitsFor: waitsFor as Item['waitsFor'],
      entityId: parts.group ?? 'e',
    }),
  );
const record = fc
  .record({ entityType: text, entityId: text, naturalKey: orNull(text), era: fc.nat({ max: 9 }) })
  .map(({ entityId, ...parts }) => aRecord(entityId, parts));

const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: item.map((put): Write => ({ table: 'items', put })) },
  { weight: 2, arbitrary: text.map((id): Write => ({ table: 'items', remove: [id] })) },
  { weight: 3, arbitrary: record.map((put): Write => ({ table: 'records', put })) },
  { weight: 1, arbitrary: fc.tuple(text, text).map((key): Write => ({ table: 'records', remove: key })) },
  { weight: 1, arbitrary: text.map((id): Write => ({ table: 'conflicts', put: aConflict(id, id) })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(text, fc.constantFrom(0, 1, -1.5, 2 ** 52))
      .map(([id, at]): Write => ({ table: 'journal', put: anAcknowledged(id, at) })),
  },
);

const part = fc.oneof(text, fc.constantFrom<string | number>('pending', 'parked', 'session', 0, 1, 5, 12));
const question = fc.record({
  table: fc.constantFrom<TableName>('items', 'records', 'conflicts', 'journal'),
  index: fc.nat({ max: 8 }),
  prefix: fc.array(part, { maxLength: 3 }),
  after: fc.option(fc.array(part, { maxLength: 3 }), { nil: undefined }),
  sharesPrefix: fc.boolean(),
  reverse: fc.boolean(),
  limit: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
});

/** Commits and questions that a store and a naive model must agree on. */
export const story = fc.array(
  fc.record({ writes: fc.array(write, { maxLength: 12 }), questions: fc.array(question, { maxLength: 4 }) }),
  { maxLength: 12 },
);
/** One of {@link story}. */
export type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** A store so plain that it can be read as the definition: lists, filters and sorts. */
export class NaiveStore {
  readonly #rows = new Map<string, { readonly table: TableName; readonly row: unknown }>();

  apply(writes: readonly Write[]): void {
    for (const change of writes) {
      const key = 'put' in change ? tables[change.table].key(change.put as never) : change.remove;
      const id = JSON.stringify([change.table, key]);
      if ('put' in change) this.#rows.set(id, { table: change.table, row: change.put });
      else this.#rows.delete(id);
    }
  }

  scan(table: TableName, { index, prefix = [], after, reverse = false, limit }: Scan): unknown[] {
    const rows = [...this.#rows.values()].filter((entry) => entry.table === table).map((entry) => entry.row);
    const entries = rows.flatMap((row) => keysOf(table, index, row).map((key) => ({ key, row })));
    const wanted = entries
      .sort((a, b) => compareKeys(a.key, b.key) * (reverse ? -1 : 1))
      .filter(({ key }) => compareKeys(key.slice(0, prefix.length), prefix) === 0)
      .filter(({ key }) => after === undefined || compareKeys(key, after) * (reverse ? -1 : 1) > 0);
    return wanted.slice(0, limit).map(({ row }) => row);
  }
}

function keysOf(table: TableName, index: string | undefined, row: unknown): readonly Key[] {
  if (index === undefined) return [tables[table].key(row as never)];
  const spec = tables[table].indexes[index] as IndexSpec<unknown>;
  if (spec.kind === 'one') return [spec.key(row)].filter((key) => key !== null);
  return [...new Map(spec.keys(row).map((key) => [JSON.stringify(key), key])).values()];
}

/** Runs a story against a store and the model, comparing every answer. */
export async function agreesWithModel(storage: Storage, steps: Story): Promise<void> {
  const model = new NaiveStore();
  for (const { writes, questions } of steps) {
    await storage.transact(() => ({ commit: writes, value: null }));
    model.apply(writes);
    for (const asked of questions) {
      const { table } = asked;
      const scan = scanOf(asked);
      const found = await storage.read((rows) => ({ rows: rows.scan(table, scan), count: rows.count(table, scan) }));
      const { index, prefix } = scan;
      expect(found.rows).toEqual(model.scan(table, scan));
      expect(found.count).toBe(
        model.scan(table, { ...(index === undefined ? {} : { index }), prefix: prefix ?? [] }).length,
      );
    }
  }
}

function scanOf({
  table,
  index,
  prefix,
  after,
  sharesPrefix,
  reverse,
  limit,
}: Story[number]['questions'][number]): Scan {
  const names = [undefined, ...Object.keys(tables[table].indexes)];
  const name = names[index % names.length];
  const width =
    name === undefined ? tables[table].keyColumns.length : (tables[table].indexes[name]?.columns.length ?? 0);
  const head = prefix.slice(0, width);
  const from = after === undefined ? undefined : [...(sharesPrefix ? head : []), ...after].slice(0, width);
  return {
    ...(name === undefined ? {} : { index: name }),
    prefix: head,
    ...(from === undefined ? {} : { after: from }),
    reverse,
    ...(limit === undefined ? {} : { limit }),
  };
}
