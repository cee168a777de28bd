import { createConnection } from 'node:net';
import { afterAll, inject } from 'vitest';
import { makeDatabase, once } from '../../src/live/own-postgres.ts';

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

/** An empty database for this test file, gone after it. Gives its address. */
export async function ownDatabase(): Promise<string> {
  const { url, drop } = await makeDatabase(await serverUrl());
  afterAll(drop);
  return url;
}

/** Takes everything out of a database, so that a store in it is new. */
export function emptied(url: string): Promise<void> {
  return once(url, 'DROP SCHEMA IF EXISTS guras CASCADE');
}
