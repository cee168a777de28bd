import type { SqliteDatabase, SqliteStatement } from '../../adapters/node/sqlite-driver.ts';

/** Gives the prepared statement of a text, compiled when it is first asked for. */
export type Prepare = (text: string) => SqliteStatement;

/** Keeps every statement of a database prepared. */
export function prepared(db: SqliteDatabase): Prepare {
  const statements = new Map<string, SqliteStatement>();
  return (text) => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = db.prepare(text);
    statements.set(text, statement);
    return statement;
  };
}
