import { join } from 'node:path';
import { gurasRegistry } from '../../../../src/core/model/entities/registry.ts';
import { startServer } from '../../../../src/server/start-server.ts';
import type { ServeJob } from '../arm.ts';
import { seedServer } from '../raw/server-rows.ts';

/** The reference server on its SQLite file, as `guras-sync serve` starts it; seeded through its own push. */
export async function serve(job: ServeJob): Promise<string> {
  const server = await startServer({
    store: { kind: 'sqlite', path: join(job.folder, 'server.db'), durability: 'NORMAL' },
    registry: gurasRegistry,
    auth: { kind: 'none' },
  });
  await seedServer(server.url, job.seedRows);
  return server.url;
}
