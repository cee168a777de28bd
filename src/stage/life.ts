import type { Device } from '../engine/device.ts';
import type { Connectivity } from '../ports/connectivity.ts';

/** One process of the app, from its start to its kill. */
export interface Life {
  readonly number: number;
  isAlive: boolean;
  engine: Device | null;
  readonly listeners: Set<(online: boolean) => void>;
  /** Name of a call in the story, unique over all lives of all devices. */
  readonly callName: (callId: string) => string;
}

/** The life of this number of a device, at its beginning. */
export function newLife(device: string, number: number): Life {
  const callName = (callId: string): string => `${device}.${number}.${callId}`;
  return { number, isAlive: true, engine: null, listeners: new Set(), callName };
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
