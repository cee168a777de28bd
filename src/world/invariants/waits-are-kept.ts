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
  /** Until when the server asked for silence, and until when the device owes it after a failure. */
  askedUntilMs: number;
  owedUntilMs: number;
}

function remembering(): Invariant {
  const laneOf = perDevice((): Lane => ({ askedUntilMs: 0, owedUntilMs: 0 }));
  return {
    ...claim,
    heeds: {
      life: ({ lane }) => {
        Object.assign(laneOf(lane), { askedUntilMs: 0, owedUntilMs: 0 });
      },
      event: ({ lane, data }) => {
        if (triggers.includes(String(data.name))) laneOf(lane).owedUntilMs = 0;
      },
      answer: ({ lane: device, atMs, data }, { limits }) => {
        const lane = laneOf(device);
        const outcome = outcomeIn(data);
        if (outcome.kind === 'answer') lane.owedUntilMs = 0;
        else if (isToBeWaitedFor(outcome)) {
          lane.owedUntilMs = atMs + Math.floor(limits(device).backoffBaseMs / 4);
          lane.askedUntilMs = Math.max(lane.askedUntilMs, atMs + askedMs(outcome));
        }
      },
      call: ({ lane: device, atMs, data }, _, findings) => {
        const { askedUntilMs, owedUntilMs } = laneOf(device);
        if (Math.max(askedUntilMs, owedUntilMs) > 0) findings.counts();
        if (atMs < askedUntilMs)
          findings.found(
            `${device} sent ${String(data.call)} ${askedUntilMs - atMs} ms before the server wants to be called`,
          );
        if (atMs < owedUntilMs)
          findings.found(`${device} sent ${String(data.call)} ${owedUntilMs - atMs} ms too early after a failure`);
      },
    },
  };
}

/** Failures after which nothing is gained by going on at once: no answer, a server in trouble, one that is busy. */
function isToBeWaitedFor(outcome: CallOutcome): boolean {
  if (outcome.kind === 'failure') return true;
  if (outcome.kind !== 'problem') return false;
  return outcome.status >= 500 || outcome.status === 429 || outcome.problem.code === 'in_progress';
}

function askedMs(outcome: CallOutcome): number {
  if (outcome.kind !== 'problem' || (outcome.status !== 429 && outcome.status !== 503)) return 0;
  return outcome.retryAfterMs ?? 0;
}
