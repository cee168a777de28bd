import { postgresMigrations, sharedTables, userTables } from './postgres-schema.ts';
import type { Session, Statement } from './postgres-statement.ts';
import { type CopyForm, checkedCopy, type StateCopy, type TableRow } from './state-copy.ts';

/** Rows that one statement writes. */
const rowsAtOnce = 1_000;
const tables = [...sharedTables, ...userTables];

/** All a database holds. Runs inside a transaction that sees one state. */
export async function copyTables(session: Session): Promise<StateCopy> {
  const copied: [string, readonly TableRow[]][] = [];
  for (const table of tables) {
    const found = await session.rows<{ row: TableRow }>(
      statement(`SELECT to_jsonb(t) AS row FROM guras.${table} t`),
      [],
    );
    copied.push([table, found.map(({ row }) => row)]);
  }
  const { version } = await formOf(session);
  return { format: 'guras-sync state', store: 'postgres', version, tables: Object.fromEntries(copied) };
}

/** Puts a copy in the place of all a database holds, while nobody writes. Rejects with StoreError. */
export async function replaceTables(session: Session, copy: unknown): Promise<void> {
  const names = tables.map((table) => `guras.${table}`).join(', ');
  await session.run(statement(`LOCK TABLE ${names} IN EXCLUSIVE MODE`), []);
  const checked = checkedCopy(copy, await formOf(session));
  for (const table of tables) {
    // Not TRUNCATE: who reads an older state must go on seeing it.
    await session.run(statement(`DELETE FROM guras.${table}`), []);
    const rows = checked.tables[table] ?? [];
    const insert = statement(
      `INSERT INTO guras.${table} SELECT * FROM jsonb_populate_recordset(NULL::guras.${table}, $1::text::jsonb)`,
    );
    for (let at = 0; at < rows.length; at += rowsAtOnce) {
      await session.run(insert, [JSON.stringify(rows.slice(at, at + rowsAtOnce))]);
    }
  }
  // Lines of the history that are written from now on come after those of the copy.
  const raise = `SELECT setval(pg_get_serial_sequence('guras.history', 'n'),
    greatest(nextval(pg_get_serial_sequence('guras.history', 'n')), (SELECT coalesce(max(n), 1) FROM guras.history)))`;
  await session.rows(statement(raise), []);
}

async function formOf(session: Session): Promise<CopyForm> {
  const text = `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
    WHERE table_schema = 'guras' ORDER BY table_name, ordinal_position`;
  const found = await session.rows<{ table: string; column: string }>(statement(text), []);
  const columnsOf = (table: string) => found.filter((one) => one.table === table).map(({ column }) => column);
  const columns = new Map(tables.map((table) => [table, columnsOf(table)]));
  return { store: 'postgres', version: postgresMigrations.length, columns };
}

/** Statements of copies are run once in a long while: they get no name, and no connection keeps them. */
function statement(text: string): Statement {
  return { name: '', text };
}
