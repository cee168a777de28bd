import type { Invariant } from './invariant.ts';

/** No request leaves a device without a line. */
export const quietOffline: Invariant = {
  name: 'quiet-offline',
  claim: 'A device without a line sends nothing.',
  heeds: {
    call: ({ lane, data }, { stage }, findings) => {
      const device = stage.devices.get(lane);
      if (device === undefined) return;
      findings.counts();
      if (!device.isOnline()) findings.found(`${lane} sent ${String(data.call)} without a line`);
    },
  },
};

/** Requests stay in proportion to what was written, also after the line was bad. */
export const noStorm: Invariant = {
  name: 'no-storm',
  claim: 'Requests stay in proportion to writes, faults and time: a bad line is followed by no storm.',
  atRest: ({ stage, ledger, devices }, findings) => {
    findings.counts();
    const sent = Object.values(stage.server.requests()).reduce((sum, each) => sum + each, 0);
    const hours = stage.clock.nowMs() / 3_600_000;
    const allowed = 200 + 20 * ledger.writes.length + devices.length * (100 + hours * 200);
    if (sent > allowed)
      findings.found(`${sent} requests reached the server for ${ledger.writes.length} writes in ${hours.toFixed(1)} h`);
  },
};
