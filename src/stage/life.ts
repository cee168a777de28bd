import type { Device } from '../engine/device.ts';
import type { Connectivity } from '../ports/connectivity.ts';

/** One process of the app, from its start to its kill. */
export interface Life {
  readonly number: number;
  isAlive: boolean;
  engine: Device | null;
  readonly listeners: Set<(online: boolean) => void>;
}

/** What the app of a life learns of the line. */
export function connectivityOf({ listeners }: Life, isOnline: () => boolean): Connectivity {
  return {
    isOnline,
    listen: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}
