import type { JsonObject } from '../../lib/json.ts';
import { perDevice } from '../per-device.ts';
import { outcomeIn, pageIn, verdictsIn } from '../wire.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'calls-have-cause',
  claim:
    'Requests of a device are paid for by what happens: edits, triggers, answers that moved something, faults, and time.',
};

/** Network thrift at any moment, also right after the line is back. */
export const callsHaveCause: Invariant = { ...claim, fresh: remembering };

/** What a device may send without any cause, and what it may save up at most. */
const purse = { first: 20, most: 40 };
/** What an event pays for: a pull, a push, a pull after it, and as many tries again until the device gives up. */
const perTrigger = 6;
/** What an answer pays for that moved something: the next page or batch, and the pull after the last one. */
const perMove = 2;
/** What a hint of the server pays for: a pull, and a try again. */
const perHint = 2;
/** Events that the device does not make itself. */
const triggers = ['edit', 'decide', 'start', 'online', 'foreground', 'signed-in', 'request', 'switch'];

interface Lane {
  left: number;
  sinceMs: number;
}

function remembering(): Invariant {
  const laneOf = perDevice((): Lane => ({ left: purse.first, sinceMs: 0 }));
  const pay = (device: string, amount: number): void => {
    const lane = laneOf(device);
    lane.left = Math.min(purse.most, lane.left + amount);
  };
  return {
    ...claim,
    heeds: {
      event: ({ lane, data }) => {
        if (triggers.includes(String(data.name))) pay(lane, perTrigger);
        if (data.name === 'hint') pay(lane, perHint);
      },
      fault: ({ lane }) => pay(lane, perTrigger),
      answer: ({ lane, data }) => {
        if (hasMoved(data)) pay(lane, perMove);
      },
      call: ({ lane: device, atMs, data }, { limits }, findings) => {
        const lane = laneOf(device);
        const { pollMs, probeMs, backoffMaxMs } = limits(device);
        // Each poll and each probe may take as many tries as a trigger; a failing device waits half the longest wait
        // on average, and may be lucky twice over.
        pay(device, (atMs - lane.sinceMs) * (perTrigger / pollMs + perTrigger / probeMs + 4 / backoffMaxMs));
        lane.sinceMs = atMs;
        lane.left -= 1;
        findings.counts();
        if (lane.left >= 0) return;
        findings.found(`${device} sends ${String(data.call)} without any cause, after ${purse.first} others`);
        lane.left = purse.first;
      },
    },
  };
}

/** Whether an answer brought rows, a verdict or a new epoch: what follows it is no idle request. */
function hasMoved(data: JsonObject): boolean {
  if (verdictsIn(data).length > 0) return true;
  const page = pageIn(data);
  if (page !== null) return page.hasMore || page.changes.length > 0;
  const outcome = outcomeIn(data);
  return outcome.kind === 'problem' && [400, 403, 409, 410, 413, 422].includes(outcome.status);
}
