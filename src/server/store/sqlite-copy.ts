import type { SqliteDatabase } from '../../adapters/node/sqlite-driver.ts';
import { type CopyForm, checkedCopy, type StateCopy, type TableRow } from './state-copy.ts';

/** All a database holds. Runs inside a transaction. */
export function copyTables(db: SqliteDatabase): StateCopy {
  const { version, columns } = formOf(db);
  const tables = [...columns.keys()].map((table) => [
    table,
    db.prepare(`SELECT * FROM "${table}"`).all() as TableRow[],
  ]);
  return { format: 'guras-sync state', store: 'sqlite', version, tables: Object.fromEntries(tables) };
}

/** Puts a copy in the place of all a database holds. Runs inside a transaction that may write. Throws StoreError. */
export function replaceTables(db: SqliteDatabase, copy: unknown): void {
  const form = formOf(db);
  const { tables } = checkedCopy(copy, form);
  for (const [table, names] of form.columns) {
    db.prepare(`DELETE FROM "${table}"`).run();
    const insert = db.prepare(
      `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    );
    for (const row of tables[table] ?? []) insert.run(names.map((name) => row[name]));
  }
}

function formOf(db: SqliteDatabase): CopyForm {
  const tables = db
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .pluck()
    .all() as string[];
  const columnsOf = (table: string): readonly string[] =>
    db.prepare('SELECT name FROM pragma_table_info(?) ORDER BY cid').pluck().all(table) as string[];
  const version = db.pragma('user_version', { simple: true }) as number;
  return { store: 'sqlite', version, columns: new Map(tables.map((table) => [table, columnsOf(table)])) };
}
