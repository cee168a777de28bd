import type { Json, JsonObject } from '../lib/json.ts';
import type { StoryDraws } from './draws.ts';

/** Bounds of a device at their edges, and as they usually are. Each story takes its own for each device. */
const deviceEdges: Readonly<Record<string, readonly Json[]>> = {
  batchCount: [1, 2, 3, 100],
  batchBytes: ['1kB', '3kB', '1MB'],
  batchesInFlight: [1, 2, 5],
  pageRows: [1, 3, 1_000],
  unsettledAsked: [2, 5, 1_000],
  poll: ['30s', '5m'],
  maxRetries: [0, 1, 3],
  backoffBase: ['100ms', '1s'],
  backoffMax: ['1s', '30s'],
  probe: ['30s', '5m'],
  onlineJitter: ['0s', '2s'],
  requestTimeout: ['5s', '30s'],
  simultaneity: ['0s', '1s', '20s'],
};

const serverEdges: Readonly<Record<string, readonly Json[]>> = {
  pageRows: [1, 2, 7, 500],
  simultaneity: ['0s', '1s', '20s'],
  clockLead: ['10s', '5m'],
  bodyBytes: ['6kB', '4MiB'],
};

/** Bounds of one device that differ from the defaults. */
export function drawDeviceLimits(draws: StoryDraws, name: string): JsonObject {
  return drawEdges(draws, `limit/${name}`, deviceEdges);
}

/** Bounds of the server that differ from the defaults. */
export function drawServerLimits(draws: StoryDraws): JsonObject {
  return drawEdges(draws, 'limit/server', serverEdges);
}

/** About a half of the bounds, each at one of its edges. */
function drawEdges(draws: StoryDraws, label: string, edges: typeof deviceEdges): JsonObject {
  const entries = Object.entries(edges).filter(([name]) => draws.below(`${label}/${name}?`, 2) === 0);
  return Object.fromEntries(entries.map(([name, values]) => [name, draws.pick(`${label}/${name}`, values)]));
}
