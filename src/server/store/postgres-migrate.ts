import { Client } from '../../adapters/node/postgres-driver.ts';
import type { Epoch } from '../../core/ids.ts';
import { postgresMigrations } from './postgres-schema.ts';
import { shownUrl } from './postgres-url.ts';
import { sharedWrites } from './postgres-write-statements.ts';
import { StoreError } from './store-error.ts';

/** The key of the lock under which tables are made: "GURS". */
const lockKey = 0x47555253;

/**
 * Creates or upgrades the tables, in one transaction and under a lock, so that of several servers that start together one does
 * it and the others wait; a new store gets its epoch. Rejects with StoreError.
 */
export async function migrate(url: string, epoch: Epoch): Promise<void> {
  // Not through the pool: making an index on a large table may take longer than any statement of a request.
  const client = new Client({ connectionString: url, application_name: 'guras-sync', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
    await upgrade(client, url);
    await client.query(sharedWrites.addEpoch.text, [epoch]);
    await client.query('COMMIT');
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const reason = reasonOf(error);
    throw new StoreError(
      `The server's database ${shownUrl(url)} can't be opened: ${reason}. Check that PostgreSQL runs there and that the user may create tables.`,
      { cause: error },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function upgrade(client: Client, url: string): Promise<void> {
  const known = await client.query(`SELECT to_regclass('guras.migrations') IS NOT NULL AS "isThere"`);
  if (!(known.rows[0] as { isThere: boolean }).isThere) {
    await client.query('CREATE SCHEMA IF NOT EXISTS guras');
    await client.query('CREATE TABLE guras.migrations (version integer PRIMARY KEY, at timestamptz NOT NULL)');
  }
  const found = await client.query('SELECT coalesce(max(version), 0) AS version FROM guras.migrations');
  const { version: have } = found.rows[0] as { version: number };
  if (have > postgresMigrations.length) {
    throw new StoreError(
      `${shownUrl(url)} was written by a newer version of this tool (form ${have}). Update the tool.`,
    );
  }
  for (const [at, texts] of postgresMigrations.entries()) {
    if (at < have) continue;
    for (const text of texts) await client.query(text);
    await client.query('INSERT INTO guras.migrations (version, at) VALUES ($1, now())', [at + 1]);
  }
}

/** A connection tried at several addresses fails with a list of errors and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
