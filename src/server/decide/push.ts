import * as z from 'zod/mini';
import { pushRequestSchema } from '../../core/protocol/messages.ts';
import { type Answer, resultsBody, verdictFacts } from './answer.ts';
import { type Candidate, readChange } from './change-shape.ts';
import type { Caller, Context } from './context.ts';
import { Draft } from './draft.ts';
import { judgeCandidates } from './judge-candidates.ts';
import { type Refusal, refuse } from './refusal.ts';
import { schemaDetail } from './schema-detail.ts';
import { checkDevice, checkEpoch, checkLives, isRefusal } from './sender.ts';
import type { DeviceState } from './stored.ts';
import { writeTime } from './write-time.ts';

/** Changes are read one by one, so that one bad item stops no other. */
const envelope = z.extend(pushRequestSchema, { changes: z.array(z.unknown()) });

/** Decides a push: judges every change once, and answers a verdict for each that has an id. */
export function decidePush(context: Context, body: unknown, caller: Caller): Answer | Refusal {
  const parsed = z.safeParse(envelope, body);
  if (!parsed.success) return refuse('invalid_request', schemaDetail(parsed.error));
  const request = parsed.data;
  const device = checkDevice(context, request, caller);
  if (isRefusal(device)) return device;
  const refusal = checkEpoch(context, request.epoch) ?? checkLives(device, request);
  if (refusal !== null) return refusal;
  const candidates = request.changes.flatMap((item) => readChange(context, item) ?? []);
  const fork = checkPlaces(context, device, candidates);
  if (fork !== null) return fork;
  const draft = new Draft(context.reads);
  const atMs = writeTime(context);
  const { deviceId, lastSeq: last } = device;
  const entries = judgeCandidates({ context, draft, deviceId, lastSeq: last, atMs }, candidates);
  const seen = { ...device, incarnation: request.incarnation, lastSeq: lastSeq(draft, device, candidates) };
  return {
    kind: 'answer',
    writes: [{ kind: 'device', device: seen }, ...draft.writes(atMs)],
    body: resultsBody(context, draft, entries),
    facts: verdictFacts(entries),
  };
}

/** The refusal of a place in the queue that already had another change: a copy of the device is at work. */
function checkPlaces(context: Context, device: DeviceState, candidates: readonly Candidate[]): Refusal | null {
  for (const { id, seq } of candidates) {
    if (seq === null || seq > device.lastSeq) continue;
    const known = context.reads.changeAt({ deviceId: device.deviceId, seq });
    if (known !== undefined && known !== id) {
      return refuse('device_forked', `Place ${seq} in the queue of this device was taken by another change.`);
    }
  }
  return null;
}

/** The highest place with a verdict after this push: up to it, places have to be looked up. */
function lastSeq(draft: Draft, device: DeviceState, candidates: readonly Candidate[]): number {
  return candidates.reduce(
    (last, { id, seq }) => (seq !== null && seq > last && draft.verdict(id) !== undefined ? seq : last),
    device.lastSeq,
  );
}
