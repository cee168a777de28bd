import * as z from 'zod/mini';
import { DigestSum, digestBucket } from '../../core/protocol/digest.ts';
import { digestRequestSchema } from '../../core/protocol/messages.ts';
import type { Answer } from './answer.ts';
import type { Caller, Context } from './context.ts';
import { encodeCursor } from './cursor.ts';
import { askedTypes } from './pull.ts';
import { type Refusal, refuse } from './refusal.ts';
import { dataOf } from './row-text.ts';
import type { Scans } from './scans.ts';
import { schemaDetail } from './schema-detail.ts';
import { checkDevice, checkEpoch, isRefusal } from './sender.ts';

/** Answers counts and hashes of the user's live rows, with the cursor that a completed pull of these types ends with. */
export function decideDigest(context: Context, scans: Scans, body: unknown, caller: Caller): Answer | Refusal {
  const parsed = z.safeParse(digestRequestSchema, body);
  if (!parsed.success) return refuse('invalid_request', schemaDetail(parsed.error));
  const { deviceId, registered = false, epoch, entityTypes, bucket } = parsed.data;
  if (deviceId !== undefined) {
    const device = checkDevice(context, { deviceId, registered }, caller);
    if (isRefusal(device)) return device;
  }
  const refusal = checkEpoch(context, epoch);
  if (refusal !== null) return refusal;
  const user = context.user.counter;
  const types = askedTypes(context.registry, entityTypes);
  const positions = new Map(
    types.map(
      ({ name, catalogue }) =>
        [
          name,
          { user, catalogue: catalogue ? scans.catalogueCounter() : null, userFloor: 0, catalogueFloor: 0 },
        ] as const,
    ),
  );
  const sums = types.map(({ name }) => [name, digestOf(scans, name, bucket)] as const);
  const cursor = encodeCursor({ epoch: context.epoch, positions });
  const answer = { epoch: context.epoch, cursor, types: Object.fromEntries(sums) };
  return { kind: 'answer', writes: [], body: JSON.stringify(answer) };
}

/** Count and hash of the user's live rows of a type, or of those in one bucket. */
export function digestOf(scans: Scans, entityType: string, bucket?: string): ReturnType<DigestSum['result']> {
  const sum = new DigestSum();
  for (const row of scans.liveRows(entityType)) {
    if (bucket !== undefined && digestBucket(row.entityId) !== bucket) continue;
    sum.add({ entityType, entityId: row.entityId, version: row.version, data: dataOf(row) });
  }
  return sum.result();
}
