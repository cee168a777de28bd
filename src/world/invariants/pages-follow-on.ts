import type { PullAnswer } from '../../core/protocol/messages.ts';
import { perDevice } from '../per-device.ts';
import { pageIn, pullIn } from '../wire.ts';
import type { Findings, Invariant } from './invariant.ts';

const claim = {
  name: 'pages-follow-on',
  claim:
    'A pull goes on where a page that the device took ended, never further back, and no version of a row comes twice.',
};

/** The cursor never falls, unless the device begins anew. */
export const pagesFollowOn: Invariant = { ...claim, fresh: remembering };

interface Lane {
  /** Whose data, and which. */
  of: string;
  /** When each cursor was answered last, in the order of answers. */
  readonly answered: Map<string, number>;
  answers: number;
  /** Place of the cursor that was asked with last. */
  asked: number;
  /** The newest version of each row that pages brought. */
  readonly versions: Map<string, number>;
  /** The page that came last: it was taken when the next pull goes on from its end. */
  last: PullAnswer | null;
}

function remembering(): Invariant {
  const laneOf = perDevice(
    (): Lane => ({ of: '', answered: new Map(), answers: 0, asked: 0, versions: new Map(), last: null }),
  );
  const begin = (lane: Lane, of: string): void => {
    Object.assign(lane, { of, asked: 0, last: null });
    lane.answered.clear();
    lane.versions.clear();
  };
  return {
    ...claim,
    heeds: {
      call: ({ lane: device, data }, { ledger, stage }, findings) => {
        const pull = pullIn(data);
        if (pull === null) return;
        const lane = laneOf(device);
        if (lane.last !== null && lane.last.cursor === pull.cursor) take(lane, lane.last, { device, findings });
        lane.last = null;
        const of = `${ledger.dataOf(device)} ${stage.devices.get(device)?.user}`;
        if (pull.cursor === null || pull.cursor === undefined || lane.of !== of) {
          begin(lane, of);
          if (pull.cursor) lane.answered.set(pull.cursor, lane.answers);
          return;
        }
        findings.counts();
        const place = lane.answered.get(pull.cursor);
        if (place === undefined) findings.found(`${device} pulls from ${pull.cursor}, where no page ended`);
        else if (place < lane.asked) findings.found(`${device} pulls from ${pull.cursor} again, after it had gone on`);
        lane.asked = Math.max(lane.asked, place ?? 0);
      },
      answer: ({ lane: device, data }) => {
        const page = pageIn(data);
        if (page === null) return;
        const lane = laneOf(device);
        lane.last = page;
        lane.answers += 1;
        lane.answered.set(page.cursor, lane.answers);
      },
    },
  };
}

function take(
  { versions }: Lane,
  page: PullAnswer,
  { device, findings }: { readonly device: string; readonly findings: Findings },
): void {
  for (const { entityType, entityId, part, version } of page.changes) {
    const key = `${part} ${entityType}/${entityId}`;
    if (version <= (versions.get(key) ?? -1))
      findings.found(`${device} is brought version ${version} of ${key} after ${versions.get(key)}`);
    versions.set(key, version);
  }
}
