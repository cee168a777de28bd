import type { RegistryName } from '../stage/registries.ts';
import type { StoryDraws } from './draws.ts';

/** How often something goes wrong in a story: never, now and then, in bursts, or all the time. */
export const regimes = ['off', 'rare', 'bursty', 'hostile'] as const;
export type Regime = (typeof regimes)[number];

/** What may befall phones and server beside their lines, each in a part of the stories. Nothing is lost by it. */
export const hardships = ['storage', 'suspend', 'renewal', 'latency', 'purge', 'epoch', 'clock', 'stop'] as const;
export type Hardship = (typeof hardships)[number];

/**
 * What takes data away or puts others in their place: at most one kind in a story, and in few stories, so that the
 * strict checks stay sharp in all others.
 */
export const upheavals = ['power-cut', 'crash', 'device-copies', 'other-user', 'dead'] as const;
export type Upheaval = (typeof upheavals)[number];

/** One story in so many has an upheaval. */
const upheavalShare = 4;

/** What one random story is made of, drawn by its seed: few kinds of things, so that they meet. */
export interface Swarm {
  readonly registry: RegistryName;
  readonly devices: readonly string[];
  /** Devices of the story's second user; empty in most stories. */
  readonly bensDevices: readonly string[];
  readonly rowsPerType: number;
  readonly operations: number;
  readonly regime: Regime;
  readonly hardships: readonly Hardship[];
  readonly upheaval: Upheaval | null;
  readonly deletes: boolean;
  readonly groups: boolean;
  /** How many times the story changes which device goes first; 0: all are alike. */
  readonly changePoints: number;
}

const deviceNames = ['phone', 'tablet', 'laptop', 'watch', 'kiosk'] as const;

/** Draws what a story is made of. */
export function drawSwarm(draws: StoryDraws, operations: number | undefined): Swarm {
  const devices = deviceNames.slice(0, draws.pick('devices', [1, 2, 2, 3, 3, 4, 5]));
  const twoUsers = devices.length > 2 && draws.below('users', 5) === 0;
  const upheaval = draws.below('upheaval?', upheavalShare) === 0 ? draws.pick('upheaval', upheavals) : null;
  return {
    registry: draws.below('registry', 3) === 0 ? 'guras' : 'policies',
    devices,
    bensDevices: twoUsers ? devices.slice(1, 2) : [],
    rowsPerType: draws.pick('rows', [1, 1, 2, 3, 8]),
    operations: operations ?? 20 + draws.below('operations', 100),
    regime: draws.pick('regime', regimes),
    hardships: hardships.filter(() => draws.below('hardship', 3) === 0),
    upheaval: upheaval === 'dead' && devices.length === 1 ? null : upheaval,
    deletes: draws.below('deletes', 2) === 0,
    groups: draws.below('groups', 3) === 0,
    changePoints: draws.below('schedule', 3) === 0 ? 2 + draws.below('change points', 3) : 0,
  };
}
