import { randomBytes } from 'node:crypto';
import { createConnection } from 'node:net';
import { Client } from 'pg';
import { afterAll, inject } from 'vitest';

/** The server of this test run: `DATABASE_URL` where it is set, else one of our own. */
async function serverUrl(): Promise<string> {
  const given = process.env.DATABASE_URL;
  if (given !== undefined && given !== '') return given;
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = createConnection(inject('postgres'));
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
  });
  if (!answer.startsWith('postgres:')) throw new Error(answer);
  return answer;
}

/** Does one thing on a server. */
async function once(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** An empty database for this test file, gone after it. Gives its address. */
export async function ownDatabase(): Promise<string> {
  const server = await serverUrl();
  const name = `guras_test_${randomBytes(6).toString('hex')}`;
  await once(server, `CREATE DATABASE ${name}`);
  afterAll(() => once(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Takes everything out of a database, so that a store in it is new. */
export function emptied(url: string): Promise<void> {
  return once(url, 'DROP SCHEMA IF EXISTS guras CASCADE');
}
