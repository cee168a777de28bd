import type { CallName } from '../../core/protocol/paths.ts';
import { canonicalJson, type JsonObject } from '../../lib/json.ts';
import type { RecordedRequest } from '../../stage/server.ts';
import { type Facts, readFacts } from '../facts.ts';
import type { Invariant } from './invariant.ts';

const claim = {
  name: 'redelivery-changes-nothing',
  claim: 'A request that reaches the server once more, however late, changes no row and takes no effect.',
};

/** Requests of one story that are delivered again, spread over it: each is judged as a whole batch. */
const redeliveredMax = 8;
const changing = ['push', 'resolve'];

/** Law 9: what was sent in the story comes again when all is at rest, also what had got lost on its way. */
export const redeliveryChangesNothing: Invariant = { ...claim, fresh: () => recording([]) };

/** A request, and the device that sent it. */
interface Sent {
  readonly device: string;
  readonly request: RecordedRequest;
}

function recording(all: Sent[]): Invariant {
  let isForgetful = false;
  return {
    ...claim,
    heeds: {
      call: ({ lane, data }, { stage }) => {
        const user = stage.devices.get(lane)?.user;
        if (user === undefined || !changing.includes(String(data.call))) return;
        const request = { user, name: data.call as CallName, body: data.body as JsonObject };
        all.push({ device: lane, request });
      },
      // A server without its verdicts can't know what it refused.
      server: ({ data }) => {
        isForgetful ||= String(data.change).includes('verdicts');
      },
    },
    atRest: async (facts, findings) => {
      const { stage, ledger } = facts;
      const sent = all.filter(({ device }) => stillKnows(facts, device));
      if (stage.server.redeliver === undefined || sent.length === 0 || isForgetful) return;
      const before = textOf(facts);
      const every = Math.ceil(sent.length / redeliveredMax);
      for (const { request } of sent.filter((_, at) => at % every === 0)) {
        findings.counts();
        await stage.server.redeliver(request);
      }
      const after = textOf(await readFacts(stage, ledger));
      for (const [part, text] of Object.entries(after))
        if (text !== before[part])
          findings.found(`requests delivered again changed ${part}: ${firstDifference(before[part] ?? '', text)}`);
    },
  };
}

/**
 * Whether a device has accounted for all that it sent. One that stays dead, or goes on with other data, may have sent what
 * nobody knows of any more: its first arrival is none that comes again.
 */
function stillKnows({ stage, ledger }: Facts, device: string): boolean {
  return stage.devices.get(device)?.engine() != null && ledger.dataOf(device) === 0;
}

function textOf({ server, effects, histories }: Facts): Readonly<Record<string, string>> {
  return {
    'what the server holds': canonicalJson([...server] as never),
    'how often changes took effect': canonicalJson([...effects].map(([user, counts]) => [user, [...counts]]) as never),
    'histories of rows': canonicalJson([...histories].map(([row, versions]) => [row, versions]) as never),
  };
}

/** Where two texts part, with what stands there. */
function firstDifference(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  const from = Math.max(0, at - 40);
  return `${before.slice(from, at + 80)} became ${after.slice(from, at + 80)}`;
}
