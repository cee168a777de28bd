import type { Key, Meta, TableName, Tables } from './tables.ts';

/** Which rows a scan wants. */
export interface Scan {
  /** Index name; absent: the primary key. */
  readonly index?: string;
  /** Rows whose (index) key starts with this. Empty or absent: all. */
  readonly prefix?: Key;
  /** Only rows whose full (index) key comes after this one (before it, when `reverse`). */
  readonly after?: Key;
  readonly reverse?: boolean;
  /** 1 or more; absent: all. */
  readonly limit?: number;
}

/** A consistent view of a device's tables. Reads are synchronous and see every commit before the view was opened. */
export interface Rows {
  get<Name extends TableName>(table: Name, key: Key): Tables[Name] | undefined;
  /** Rows in key order. A change of the table during a scan is not seen by it. */
  scan<Name extends TableName>(table: Name, scan?: Scan): readonly Tables[Name][];
  count(table: TableName, scan?: { readonly index?: string; readonly prefix?: Key }): number;
}

/** One durable change of a table: a row put in place of the one with its key, or a key taken out. */
export type Write =
  | { readonly [Name in TableName]: { readonly table: Name; readonly put: Tables[Name] } }[TableName]
  | { readonly table: TableName; readonly remove: Key };

/** The named fact, or undefined in a store that was never initialised. */
export function readMeta<Name extends keyof Meta>(rows: Rows, name: Name): Meta[Name] | undefined {
  return rows.get('meta', [name])?.value as Meta[Name] | undefined;
}
