import { perDevice } from '../per-device.ts';
import { outcomeIn } from '../wire.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'renewed-once',
  claim:
    'A refused token is renewed once for all calls that wait, and a device whose sign-in is over is silent until somebody signs in.',
};

/** Accounts: what follows a 401. */
export const renewedOnce: Invariant = { ...claim, fresh: remembering };

/** What ends the silence: a person, or a call that was answered all the same. */
const awaited = ['signed-in', 'request', 'start'];

function remembering(): Invariant {
  const laneOf = perDevice(() => ({ isSignedOut: false, refusals: 0 }));
  return {
    ...claim,
    heeds: {
      fault: ({ lane, data }) => {
        const { options } = data as { readonly options?: { readonly status?: number } };
        if (options?.status === 401) laneOf(lane).refusals += 1;
      },
      event: ({ lane, data }) => {
        if (awaited.includes(String(data.name))) laneOf(lane).isSignedOut = false;
      },
      answer: ({ lane, data }) => {
        const { kind } = outcomeIn(data);
        if (kind === 'unauthenticated') laneOf(lane).isSignedOut = true;
        if (kind === 'answer') laneOf(lane).isSignedOut = false;
      },
      call: ({ lane, data }, _, findings) => {
        const { isSignedOut, refusals } = laneOf(lane);
        if (refusals > 0) findings.counts();
        if (isSignedOut) findings.found(`${lane} sent ${String(data.call)} though nobody has signed in again`);
      },
    },
    atRest: ({ stage }, findings) => {
      if (stage.kind !== 'sim') return;
      for (const [name, device] of stage.devices) {
        const { refusals } = laneOf(name);
        if (device.renewals() > refusals)
          findings.found(`${name} asked for a new token ${device.renewals()} times after ${refusals} refusals`);
      }
    },
  };
}
