import type { Pool, PoolClient } from '../../adapters/node/postgres-driver.ts';
import { failureOf, stateOf, unavailable } from './postgres-errors.ts';
import { sessionOf } from './postgres-pool.ts';
import type { Session } from './postgres-statement.ts';

/** How a transaction sees others: `write` sees what was committed before each statement, the others one state. */
export type Isolation = 'read' | 'note' | 'write';

const begins: Readonly<Record<Isolation, string>> = {
  read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  note: 'BEGIN ISOLATION LEVEL REPEATABLE READ',
  write: 'BEGIN ISOLATION LEVEL READ COMMITTED',
};

/** What a transaction came to: its value, and whether there is anything to commit. */
export interface Ended<T> {
  readonly value: T;
  readonly hasWritten: boolean;
}

/** How often work is run again because another transaction came first, before the sender is told to come again. */
const attemptsMax = 8;

/**
 * Runs work in a transaction. Work that lost against another transaction is run again. Rejects with `StoreUnavailable` when
 * the database could not do it now; then it is unknown whether it was committed. What the work itself throws undoes it.
 */
export async function transaction<T>(
  pool: Pool,
  isolation: Isolation,
  work: (session: Session) => Promise<Ended<T>>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await connected(pool);
    let isSound = false;
    try {
      const value = await attemptOnce(client, isolation, work);
      isSound = true;
      return value;
    } catch (error) {
      if (error instanceof OfStatement) {
        const failure = failureOf(error.cause);
        isSound = stateOf(error.cause) !== null && (await rolledBack(client));
        if (failure === 'again' && attempt < attemptsMax) continue;
        throw failure === 'broken' ? error.cause : unavailable(error.cause);
      }
      isSound = await rolledBack(client);
      throw error;
    } finally {
      // A connection in an unknown state is closed: the database then undoes what was open on it.
      client.release(!isSound);
    }
  }
}

/** A failure of a statement, as apart from one of the work that was given. */
class OfStatement extends Error {
  override readonly name = 'OfStatement';
}

async function attemptOnce<T>(
  client: PoolClient,
  isolation: Isolation,
  work: (session: Session) => Promise<Ended<T>>,
): Promise<T> {
  const guarded: Pick<PoolClient, 'query'> = { query: guard(client) as PoolClient['query'] };
  const plain = (text: string) => guarded.query(text);
  await plain(begins[isolation]);
  const { value, hasWritten } = await work(sessionOf(guarded));
  const { command } = await plain(hasWritten ? 'COMMIT' : 'ROLLBACK');
  if (hasWritten && command !== 'COMMIT') throw new Error('a transaction that had failed was committed');
  return value;
}

function guard(client: PoolClient): (query: never) => Promise<unknown> {
  return async (query) => {
    try {
      return await client.query(query);
    } catch (error) {
      throw new OfStatement('a statement failed', { cause: error });
    }
  };
}

async function connected(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw failureOf(error) === 'broken' ? error : unavailable(error);
  }
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
