import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { PostgresCluster } from '../../src/live/postgres-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The socket on which one asks for an empty database: see `own-database.ts`. */
    readonly postgres: string;
  }
}

/**
 * One PostgreSQL for all test files of a run, made when the first of them asks for a database, and ended with the run, also when
 * that is killed. `DATABASE_URL` names a running one to be used instead.
 */
export function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'guras-ask-'));
  const path = join(folder, 'socket');
  let cluster: Promise<PostgresCluster> | null = null;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    cluster ??= PostgresCluster.start();
    cluster.then(
      (made) => socket.end(made.url('postgres')),
      (error: unknown) => socket.end(`failed ${error instanceof Error ? error.message : String(error)}`),
    );
  });
  server.listen(path);
  server.unref();
  project.provide('postgres', path);
  return async () => {
    server.close();
    await (await cluster?.catch(() => null))?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
