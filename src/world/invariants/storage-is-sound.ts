import { sqliteProblems } from '../../adapters/node/sqlite-check.ts';
import { MemoryStorage } from '../../adapters/portable/storage-memory.ts';
import type { Rows } from '../../core/sync/rows.ts';
import { type IndexSpec, type Key, type TableName, tables } from '../../core/sync/tables.ts';
import type { DataCopy } from '../../stage/data-copy.ts';
import type { Invariant } from './invariant.ts';

/** The data of each device as a whole: indexes that fit their tables, files that their database calls whole. */
export const storageIsSound: Invariant = {
  name: 'storage-is-sound',
  claim:
    'At rest every index of a device finds exactly the rows of its table, and a database file passes its own check.',
  atRest: ({ stage, devices }, findings) => {
    for (const { name } of devices) {
      if (!stage.abilities.has('copy-data')) continue;
      const copy = stage.devices.get(name)?.copyData();
      if (copy === undefined) continue;
      findings.counts();
      for (const problem of problemsOf(copy)) findings.found(`the data of ${name} are broken: ${problem}`);
    }
  },
};

/** What is wrong with a copy of data, in words. */
export function problemsOf(copy: DataCopy): readonly string[] {
  if (copy.kind === 'files') return sqliteProblems(copy.files);
  const store = new MemoryStorage({ image: copy.image });
  return store.read((rows) => (Object.keys(tables) as TableName[]).flatMap((table) => tableProblems(rows, table)));
}

function tableProblems(rows: Rows, table: TableName): readonly string[] {
  const all = rows.scan(table);
  const keyed = new Set(all.map((row) => textOf(tables[table].key(row as never))));
  return Object.entries(tables[table].indexes as Readonly<Record<string, IndexSpec<unknown>>>).flatMap(
    ([index, spec]) => {
      const expected = all.flatMap((row) => keysOf(spec, row)).length;
      const found = rows.scan(table, { index });
      const stray = found.filter((row) => !keyed.has(textOf(tables[table].key(row as never))));
      if (found.length === expected && stray.length === 0) return [];
      return [`${table} by ${index} finds ${found.length} rows, ${stray.length} of them gone, in place of ${expected}`];
    },
  );
}

function keysOf(spec: IndexSpec<unknown>, row: unknown): readonly Key[] {
  if (spec.kind === 'many') return spec.keys(row);
  const key = spec.key(row);
  return key === null ? [] : [key];
}

function textOf(key: Key): string {
  return JSON.stringify(key);
}
