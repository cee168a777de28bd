import type { Connectivity } from '../../ports/connectivity.ts';

/** Connectivity that somebody else decides: a platform's event, a switch, a test. */
export interface ManualConnectivity extends Connectivity {
  /** Tells every listener when it is a change; does nothing otherwise. */
  set(online: boolean): void;
}

/** Connectivity that is what it was last set to; `online` at first. */
export function manualConnectivity(online = true): ManualConnectivity {
  const listeners = new Set<{ readonly callback: (online: boolean) => void }>();
  let now = online;
  return {
    isOnline: () => now,
    listen(callback) {
      const listener = { callback };
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    set(next) {
      if (next === now) return;
      now = next;
      for (const { callback } of [...listeners]) callback(next);
    },
  };
}
