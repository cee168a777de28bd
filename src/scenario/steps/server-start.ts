import type { StageServer } from '../../stage/server.ts';
import type { Wait } from '../scene.ts';

/** How long a server may take to start, ms of the story. */
const startMaxMs = 30 * 60_000;

/** Starts the server after a delay, as a wait that ends when it answers. */
export function serverStart(server: StageServer, delayMs: number): Wait {
  server.start(delayMs);
  return {
    kind: 'wait',
    condition: () => (server.isRunning() ? { holds: true } : { holds: false, because: 'the server is stopped' }),
    withinMs: delayMs + startMaxMs,
    waitsFor: 'the server answers again',
  };
}
