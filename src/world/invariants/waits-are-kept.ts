import type { CallOutcome } from '../../core/sync/call.ts';
import { perDevice } from '../per-device.ts';
import { outcomeIn } from '../wire.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'waits-are-kept',
  claim: 'After a failure a device waits before it calls again, and never calls before the server said it may.',
};

/** The schedule of attempts. */
export const waitsAreKept: Invariant = { ...claim, fresh: remembering };

/** What happens to a device that ends its own wait, beside an answer and a new life. The server's wait goes on. */
const triggers = ['online', 'foreground', 'signed-in', 'switch', 'request'];

interface Lane {
  life: number;
  /** Until when the server asked for silence, and until when the device owes it after a failure. */
  askedUntilMs: number;
  owedUntilMs: number;
  /** Outcomes that have arrived, by the call's name. The device may take one later, when its storage takes writes. */
  readonly arrived: Map<string, CallOutcome>;
}

const silent = { askedUntilMs: 0, owedUntilMs: 0 };

function remembering(): Invariant {
  const laneOf = perDevice((): Lane => ({ life: 1, ...silent, arrived: new Map() }));
  return {
    ...claim,
    heeds: {
      life: ({ lane, data }) => {
        Object.assign(laneOf(lane), { life: Number(data.life), ...silent });
      },
      answer: ({ lane, data }) => {
        laneOf(lane).arrived.set(String(data.callId), outcomeIn(data));
      },
      event: ({ lane: device, atMs, data }, { limits }) => {
        const lane = laneOf(device);
        if (triggers.includes(String(data.name))) lane.owedUntilMs = 0;
        if (data.name !== 'outcome') return;
        const name = `${device}.${lane.life}.${String(data.detail)}`;
        const outcome = lane.arrived.get(name);
        lane.arrived.delete(name);
        if (outcome !== undefined) take(lane, outcome, { atMs, leastMs: Math.floor(limits(device).backoffBaseMs / 4) });
      },
      call: ({ lane: device, atMs, data }, _, findings) => {
        const { askedUntilMs, owedUntilMs } = laneOf(device);
        if (Math.max(askedUntilMs, owedUntilMs) > 0) findings.counts();
        const told = `${device} sent ${String(data.call)}`;
        if (atMs < askedUntilMs)
          findings.found(`${told} ${askedUntilMs - atMs} ms before the server wants to be called`);
        if (atMs < owedUntilMs) findings.found(`${told} ${owedUntilMs - atMs} ms too early after a failure`);
      },
    },
  };
}

function take(lane: Lane, outcome: CallOutcome, at: { readonly atMs: number; readonly leastMs: number }): void {
  if (outcome.kind === 'answer') lane.owedUntilMs = 0;
  if (!isToBeWaitedFor(outcome)) return;
  lane.owedUntilMs = at.atMs + at.leastMs;
  lane.askedUntilMs = Math.max(lane.askedUntilMs, at.atMs + askedMs(outcome));
}

/** Failures after which nothing is gained by going on at once: no answer, a server in trouble, one that is busy. */
function isToBeWaitedFor(outcome: CallOutcome): boolean {
  // What the device itself cut off says nothing of the server.
  if (outcome.kind === 'failure') return outcome.reason !== 'aborted';
  if (outcome.kind !== 'problem') return false;
  return outcome.status >= 500 || outcome.status === 429 || outcome.problem.code === 'in_progress';
}

function askedMs(outcome: CallOutcome): number {
  if (outcome.kind !== 'problem' || (outcome.status !== 429 && outcome.status !== 503)) return 0;
  return outcome.retryAfterMs ?? 0;
}
