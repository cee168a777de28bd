import { nodeClock } from '../../src/adapters/node/clock.ts';
import { gurasRegistry } from '../../src/core/model/entities/registry.ts';
import { ServerFaults } from '../../src/live/server-faults.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/server/start-server.ts';

/** Signs the tokens of a server with signed tokens. */
export const secret = 'a secret of more than thirty-two bytes';

/** The reference server with the types of the app, a quote and the fault interface, in memory. */
export function rightServer(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const data = { text: 'Be here.', author: 'Nobody', category: 'calm', likeCount: 0, commentCount: 0 };
  return startServer({
    store: { kind: 'sqlite', path: ':memory:' },
    registry: gurasRegistry,
    auth: { kind: 'none' },
    upkeepMs: 0,
    faults: new ServerFaults({ clock: nodeClock() }),
    seed: { catalogue: [{ entityType: 'quotes', entityId: 'q1', data }] },
    ...options,
  });
}
