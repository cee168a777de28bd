import type Database from 'better-sqlite3';

/** Gives the prepared statement of a text, compiled when it is first asked for. */
export type Prepare = (text: string) => Database.Statement;

/** Keeps every statement of a database prepared. */
export function prepared(db: Database.Database): Prepare {
  const statements = new Map<string, Database.Statement>();
  return (text) => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = db.prepare(text);
    statements.set(text, statement);
    return statement;
  };
}
