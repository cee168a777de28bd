import type { PhoneLine } from '../stage/phone-world.ts';
import type { LiveLines } from './live-lines.ts';
import type { Network } from './network.ts';
import type { PlanBoard } from './plan-board.ts';

/** The line of all simulated phones: requests and live connections under one plan of faults. */
export function phoneLine(parts: {
  readonly network: Network;
  readonly live: LiveLines;
  readonly board: PlanBoard;
}): PhoneLine {
  const { network, live, board } = parts;
  return {
    transportOf: (end) => network.transportOf(end),
    liveOf: (end) => live.feedOf(end),
    setOnline(device, online) {
      network.setOnline(device, online);
      live.setOnline(device, online);
    },
    forget(device) {
      network.forget(device);
      live.forget(device);
    },
    arm: (setting, scope) => board.arm(setting, scope),
    disarm: (device) => board.disarm(device),
    setRenewal: (device, takesMs) => network.setRenewal(device, takesMs),
    renewals: (device) => network.renewals(device),
  };
}
