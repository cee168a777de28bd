import type { IndexSpec, Key, TableSpec } from '../../core/sync/tables.ts';
import { assert, present } from '../../lib/assert.ts';
import { type BodyForm, bodyForm } from './sqlite-body.ts';
import { keyPart, keyParts } from './sqlite-text.ts';

/** A value of a column: key parts, the text of a `many` index, the body; null where an index leaves the row out. */
export type Cell = string | number | null;

/** An index with one key per row: a real index over columns of the table. */
export interface OneIndex {
  readonly sqlName: string;
  readonly columns: readonly string[];
  /** The column that is null when the index leaves a row out; null: it holds every row. */
  readonly own: string | null;
}

/** An index with many keys per row: a side table of (index key, primary key). */
export interface ManyIndex {
  readonly sqlName: string;
  readonly columns: readonly string[];
  /** Names of the primary key's parts in the side table. */
  readonly keyColumns: readonly string[];
  /** Which of `extras` holds the row's keys as JSON, so that unchanged ones are not written again. */
  readonly extraAt: number;
}

/**
 * How a declared table lies in SQLite: its primary key, then every index column once (`extras`), then the row's JSON in
 * `body`. Indexes that name the same column share it: their keys must agree on it.
 */
export interface Layout<Row> {
  readonly name: string;
  readonly keyColumns: readonly string[];
  readonly extras: readonly string[];
  readonly one: Readonly<Record<string, OneIndex>>;
  readonly many: Readonly<Record<string, ManyIndex>>;
  readonly key: (row: Row) => Key;
  /** The cells of a row: key, extras, and a place for the body, which is null. */
  readonly cells: (row: Row) => Cell[];
  readonly body: BodyForm<unknown>;
}

/** The layout of a table, from its declaration. */
export function layoutOf<Row>(name: string, spec: TableSpec<Row>): Layout<Row> {
  const indexes = Object.entries(spec.indexes);
  const columns = new Set<string>();
  for (const [indexName, index] of indexes) {
    if (index.kind === 'many') columns.add(indexName);
    else for (const column of index.columns) columns.add(column);
  }
  for (const column of spec.keyColumns) columns.delete(column);
  const extras = [...columns];
  const one: Record<string, OneIndex> = {};
  const many: Record<string, ManyIndex> = {};
  for (const [indexName, index] of indexes) {
    const sqlName = `${name}_${indexName}`;
    if (index.kind === 'one') one[indexName] = { sqlName, columns: index.columns, own: ownColumn(index, spec) };
    else {
      const keyColumns = spec.keyColumns.map((column) => `of_${column}`);
      many[indexName] = { sqlName, columns: index.columns, keyColumns, extraAt: extras.indexOf(indexName) };
    }
  }
  return {
    name,
    keyColumns: spec.keyColumns,
    key: spec.key,
    extras,
    one,
    many,
    cells: cellsOf(spec, extras),
    body: bodyForm<unknown>(name),
  };
}

/** A column that only this index uses: null in it says that the index leaves the row out. */
function ownColumn<Row>(index: IndexSpec<Row>, spec: TableSpec<Row>): string | null {
  const others = Object.values(spec.indexes).filter((other) => other !== index && other.kind === 'one');
  const shared = new Set([...spec.keyColumns, ...others.flatMap((other) => other.columns)]);
  return index.columns.find((column) => !shared.has(column)) ?? null;
}

function cellsOf<Row>(spec: TableSpec<Row>, extras: readonly string[]): (row: Row) => Cell[] {
  const keyLength = spec.keyColumns.length;
  const fillers = Object.entries(spec.indexes).map(([name, index]) => {
    const places =
      index.kind === 'one' ? index.columns.map((column) => extras.indexOf(column)) : [extras.indexOf(name)];
    return { index, places: places.map((place) => (place === -1 ? -1 : keyLength + place)) };
  });
  const width = keyLength + extras.length + 1;
  return (row) => {
    const cells = new Array<Cell>(width).fill(null);
    const key = spec.key(row);
    for (let at = 0; at < keyLength; at += 1) cells[at] = keyPart(key[at] as string | number);
    for (const { index, places } of fillers) {
      if (index.kind === 'one') fill(cells, places, index.key(row));
      else cells[present(places[0], 'a many index has its column')] = manyCell(index.keys(row));
    }
    return cells;
  };
}

function fill(cells: Cell[], places: readonly number[], key: Key | null): void {
  if (key === null) return;
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    if (place >= 0) cells[place] = keyPart(key[at] as string | number);
  }
}

function manyCell(keys: readonly Key[]): string | null {
  return keys.length === 0 ? null : JSON.stringify(keys.map(keyParts));
}

/** The statements that make a table with its indexes, one per element, in order. */
export function createStatements<Row>(layout: Layout<Row>): string[] {
  const { name, keyColumns, extras } = layout;
  const keys = keyColumns.map((column) => `${quoted(column)} NOT NULL`);
  const columns = [...keys, ...extras.map(quoted), 'body TEXT NOT NULL', `PRIMARY KEY (${list(keyColumns)})`];
  const statements = [`CREATE TABLE ${quoted(name)} (${columns.join(', ')})`];
  for (const { sqlName, columns: indexed, own } of Object.values(layout.one)) {
    const where = own === null ? '' : ` WHERE ${quoted(own)} IS NOT NULL`;
    statements.push(`CREATE INDEX ${quoted(sqlName)} ON ${quoted(name)} (${list(indexed)})${where}`);
  }
  for (const { sqlName, columns: indexed, keyColumns: of } of Object.values(layout.many)) {
    const all = list([...indexed, ...of]);
    statements.push(`CREATE TABLE ${quoted(sqlName)} (${all}, PRIMARY KEY (${all})) WITHOUT ROWID`);
  }
  return statements;
}

/** A name as SQL. The names are our own, from the declaration. */
export function quoted(name: string): string {
  assert(/^\w+$/.test(name), `a column name is a word, not ${name}`);
  return `"${name}"`;
}

/** Names as an SQL list. */
export function list(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}
