import { StoreError } from './store-error.ts';

/** A value as a table holds it. */
export type CellValue = string | number | boolean | null;

/** A row of a table by the names of its columns. */
export type TableRow = Readonly<Record<string, CellValue>>;

/** Everything a store holds at one moment, as plain data that a file can keep. Only the same kind of store takes it back. */
export interface StateCopy {
  readonly format: 'guras-sync state';
  readonly store: 'sqlite' | 'postgres';
  /** The version of the tables. */
  readonly version: number;
  readonly tables: Readonly<Record<string, readonly TableRow[]>>;
}

/** What a store can take back. */
export interface CopyForm {
  readonly store: StateCopy['store'];
  readonly version: number;
  /** Every table with its columns. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

/** The copy, if it has this form. Throws StoreError that says what does not fit: a file may come from anywhere. */
export function checkedCopy(copy: unknown, { store, version, columns }: CopyForm): StateCopy {
  if (!isFields(copy) || copy.format !== 'guras-sync state' || !isFields(copy.tables)) {
    throw new StoreError('This is no state of a guras-sync server.');
  }
  if (copy.store !== store) throw new StoreError(`This state is of a store in ${copy.store}, not in ${store}.`);
  if (copy.version !== version) {
    throw new StoreError(
      `This state has tables of version ${copy.version}; those of the store have version ${version}.`,
    );
  }
  for (const [table, names] of columns) checkTable(table, copy.tables[table], new Set(names));
  return copy as unknown as StateCopy;
}

function checkTable(table: string, rows: unknown, names: ReadonlySet<string>): void {
  const isWhole = Array.isArray(rows) && rows.every((row) => isRow(row, names));
  if (!isWhole) throw new StoreError(`This state holds no whole table ${table}.`);
}

function isRow(row: unknown, names: ReadonlySet<string>): boolean {
  if (!isFields(row)) return false;
  const entries = Object.entries(row);
  if (entries.length !== names.size) return false;
  return entries.every(([name, value]) => names.has(name) && (typeof value !== 'object' || value === null));
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
