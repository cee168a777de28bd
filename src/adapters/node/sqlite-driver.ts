import Database from 'better-sqlite3';

/** An open SQLite database, by the driver that this project uses. */
export type SqliteDatabase = Database.Database;
/** A prepared statement of a {@link SqliteDatabase}. */
export type SqliteStatement = Database.Statement;
/** A function that runs inside a transaction of a {@link SqliteDatabase}. */
export type SqliteTransaction<Run extends (...args: never[]) => unknown> = Database.Transaction<Run>;

/**
 * Opens a database for code that brings tables of its own: a file (created when missing), `:memory:`, or the bytes of a
 * database to be held in memory. `busyMs` is how long a statement waits for another process. Throws the driver's errors.
 */
export function openSqlite(
  source: string | Buffer,
  { busyMs = 5_000 }: { readonly busyMs?: number } = {},
): SqliteDatabase {
  return new Database(source, { timeout: busyMs });
}
