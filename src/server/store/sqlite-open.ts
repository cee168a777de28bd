import { openSqlite, type SqliteDatabase } from '../../adapters/node/sqlite-driver.ts';
import { migrations } from './schema.ts';
import { StoreError } from './store-error.ts';

/** Marks a database file as one of this server: "GURS". */
const applicationId = 0x47555253;

/** How far a commit has to get before it counts: the operating system (survives a crash), or the disk (a power cut). */
export type Durability = 'NORMAL' | 'FULL';

/** Opens (and creates or upgrades) the database of a server. `:memory:` lives as long as the store. Throws StoreError. */
export function openDatabase(path: string | Buffer, durability: Durability): SqliteDatabase {
  // The bytes of a backup: a database in memory of its own.
  if (typeof path !== 'string') return openSqlite(Buffer.from(path));
  return path === ':memory:' ? openInMemory() : openFile(path, durability);
}

let template: Buffer | null = null;

/** Many simulated servers are opened in one process, so the empty database is built once and copied. */
function openInMemory(): SqliteDatabase {
  if (template === null) {
    const first = openSqlite(':memory:');
    migrate(first);
    template = first.serialize();
    first.close();
  }
  return openSqlite(Buffer.from(template));
}

function openFile(path: string, durability: Durability): SqliteDatabase {
  let db: SqliteDatabase | null = null;
  try {
    db = openSqlite(path);
    refuseForeign(db, path);
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${durability}`);
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof StoreError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `The server's database ${path} can't be opened: ${reason}. Give another file, or restore it from a backup.`,
      {
        cause: error,
      },
    );
  }
}

function refuseForeign(db: SqliteDatabase, path: string): void {
  const id = db.pragma('application_id', { simple: true });
  const tables = db.prepare(`SELECT count(*) FROM sqlite_schema WHERE type = 'table'`).pluck().get() as number;
  if (id !== applicationId && (id !== 0 || tables > 0)) {
    throw new StoreError(`${path} is a database of another program; it was left as it is. Give another file.`);
  }
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new StoreError(`${path} was written by a newer version of this tool (form ${version}). Update the tool.`);
  }
}

/** Each step is one transaction together with its number, so a kill leaves the database between two steps. */
function migrate(db: SqliteDatabase): void {
  const step = db.transaction((version: number) => {
    // Another process may have come first.
    if ((db.pragma('user_version', { simple: true }) as number) !== version) return;
    for (const statement of migrations[version] ?? []) db.exec(statement);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${version + 1}`);
  });
  for (let version = db.pragma('user_version', { simple: true }) as number; version < migrations.length; version += 1) {
    step.immediate(version);
  }
}
