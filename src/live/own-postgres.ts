import { randomBytes } from 'node:crypto';
import { PostgresCluster, PostgresError } from './postgres-cluster.ts';

/** A database that was made for one use. */
export interface OwnDatabase {
  readonly url: string;
  /** Takes it away, whoever is still connected. */
  drop(): Promise<void>;
}

let cluster: Promise<PostgresCluster> | null = null;

/** The address of the PostgreSQL of this process, started when it is first asked for, ended with the process. Rejects with PostgresError. */
export async function ownPostgres(): Promise<string> {
  cluster ??= PostgresCluster.start();
  return (await cluster).url('postgres');
}

/** Makes an empty database on the server that an address leads to. Rejects with PostgresError, which names no secret. */
export async function makeDatabase(server: string): Promise<OwnDatabase> {
  const name = `guras_${randomBytes(8).toString('hex')}`;
  try {
    await once(server, `CREATE DATABASE ${name}`);
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? error.message : 'it does not answer';
    throw new PostgresError(
      `A database could not be made on the PostgreSQL that was named: ${reason}. Check its address, and that the user may create databases.`,
      { cause: error },
    );
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => once(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** Does one thing on a server. */
export async function once(server: string, statement: string): Promise<void> {
  const { Client } = await import('../adapters/node/postgres-driver.ts');
  const client = new Client({ connectionString: server, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}
