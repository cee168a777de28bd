import type { Pool } from '../../adapters/node/postgres-driver.ts';
import type { Session } from './postgres-statement.ts';

/** A state of the database that stays readable. */
export interface HeldState {
  /** Its name, for every connection to the database. */
  readonly name: string;
  /** Lets it go. */
  end(): Promise<void>;
}

/** Holds the state of now by a transaction that stays open: for tests, since nothing that is deleted is freed meanwhile. */
export async function holdState(pool: Pool): Promise<HeldState> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    const found = await client.query('SELECT pg_export_snapshot() AS name');
    const { name } = found.rows[0] as { name: string };
    return { name, end: async () => client.release(true) };
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Makes a transaction read a held state. It is the first thing that the transaction does. */
export async function enterState(session: Session, name: string): Promise<void> {
  // No parameter is allowed here, and no name that the database gives holds anything else.
  if (!/^[0-9A-F-]+$/i.test(name)) throw new Error('this is no name of a state');
  await session.run({ name: '', text: `SET TRANSACTION SNAPSHOT '${name}'` }, []);
}

/** Loses every stored verdict, as a server does whose table of results is lost; the history stays. */
export async function forgetResults(session: Session): Promise<void> {
  await session.run({ name: '', text: 'DELETE FROM guras.results' }, []);
}
