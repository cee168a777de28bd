import { Client, type ClientConfig, Pool, type PoolClient, parsers } from '../../adapters/node/postgres-driver.ts';
import type { Session, Statement, Value } from './postgres-statement.ts';

/** How a server speaks with its database. Times in ms. */
export interface PostgresLimits {
  /** Connections of one server process. Default 10. */
  readonly connections?: number;
  /** How long a request may wait for a connection. Default 5 seconds. */
  readonly connectMs?: number;
  /** How long a statement may take. Default 15 seconds. */
  readonly statementMs?: number;
  /** How long a writer waits for the others of its user. Default 10 seconds. */
  readonly lockMs?: number;
}

/**
 * Every statement of the store goes by an index, whatever the statistics say, and is planned once per connection: a plan made
 * while a table was empty must not become a scan of a table that has grown.
 */
const planning = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off';

/** How connections are made, by the address and the limits. */
function clientConfig(url: string, limits: PostgresLimits = {}): ClientConfig {
  const statementMs = limits.statementMs ?? 15_000;
  return {
    connectionString: url,
    application_name: 'guras-sync',
    options: planning,
    connectionTimeoutMillis: limits.connectMs ?? 5_000,
    statement_timeout: statementMs,
    lock_timeout: limits.lockMs ?? 10_000,
    idle_in_transaction_session_timeout: 2 * statementMs,
    // A database that went away without a word: the socket alone would wait for minutes.
    query_timeout: 2 * statementMs,
    keepAlive: true,
    types: parsers,
  };
}

/** A connection of its own, not made yet. One that breaks is told to whoever uses it. */
export function ownClient(url: string, limits: PostgresLimits = {}): Client {
  const client = new Client(clientConfig(url, limits));
  client.on('error', () => undefined);
  return client;
}

/** Opens a pool of connections, which are made when they are needed. */
export function openPool(url: string, limits: PostgresLimits = {}): Pool {
  const pool = new Pool({ ...clientConfig(url, limits), max: limits.connections ?? 10, idleTimeoutMillis: 30_000 });
  // A connection that breaks while nobody uses it is replaced when the next one is needed; unheard, the event would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The statements of the store over one connection, each prepared when it is first used there. */
export function sessionOf(client: Pick<PoolClient, 'query'>): Session {
  const query = (statement: Statement, values: readonly Value[]) =>
    client.query({ name: statement.name, text: statement.text, values: values as unknown[] });
  return {
    rows: async <Row>(statement: Statement, values: readonly Value[]) => (await query(statement, values)).rows as Row[],
    run: async (statement, values) => (await query(statement, values)).rowCount ?? 0,
  };
}
