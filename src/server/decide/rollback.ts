import * as z from 'zod/mini';
import { formatStamp } from '../../core/clock/stamp.ts';
import { brandId, type DeviceId, type Stamp } from '../../core/ids.ts';
import { type EntityType, settableFields } from '../../core/model/registry.ts';
import { rollbackRequestSchema } from '../../core/protocol/rollback.ts';
import type { JsonObject } from '../../lib/json.ts';
import { type Answer, resultsBody, verdictFacts } from './answer.ts';
import { bodyPrint } from './body-print.ts';
import type { Caller, Context } from './context.ts';
import { Draft } from './draft.ts';
import { judgeResolution } from './judge-resolution.ts';
import { type Outcome, rejected } from './outcome.ts';
import { problemOf, type Refusal, refuse } from './refusal.ts';
import type { ShapedResolution } from './resolution-shape.ts';
import type { Scans } from './scans.ts';
import { schemaDetail } from './schema-detail.ts';
import { checkDevice, checkEpoch, isRefusal } from './sender.ts';
import { repeated } from './verdict-answer.ts';
import { writeTime } from './write-time.ts';

/**
 * Decides a rollback: the user's fields of an old version are written as a new one, judged like a decision against
 * `againstVersion`. Counters stay as they are. Answered as a push of one item, once per id.
 */
export function decideRollback(context: Context, scans: Scans, body: unknown, caller: Caller): Answer | Refusal {
  const parsed = z.safeParse(rollbackRequestSchema, body);
  if (!parsed.success) return refuse('invalid_request', schemaDetail(parsed.error));
  const request = parsed.data;
  const device = checkDevice(context, request, caller);
  if (isRefusal(device)) return device;
  const refusal = checkEpoch(context, request.epoch);
  if (refusal !== null) return refusal;
  const { id, entityType, entityId } = request;
  const print = bodyPrint(['rollback', entityType, entityId, request.toVersion]);
  const draft = new Draft(context.reads);
  const known = draft.verdict(id);
  if (known !== undefined) {
    const entries = [repeated(known, print, draft)];
    return { kind: 'answer', writes: [], body: resultsBody(context, draft, entries), facts: verdictFacts(entries) };
  }
  const atMs = writeTime(context);
  const origin = { deviceId: device.deviceId, changeId: id };
  const outcome = judge({ context, scans, draft, deviceId: device.deviceId }, request, {
    number: draft.number,
    atMs,
    origin,
  });
  if (outcome.kind === 'retry') return refuse('unavailable', outcome.problem.detail);
  const { kind: status } = outcome;
  const version = outcome.kind === 'applied' ? outcome.version : null;
  const problem = outcome.kind === 'applied' ? null : outcome.problem;
  if (outcome.kind === 'applied') {
    if (outcome.row !== null) draft.put(outcome.row);
    draft.record({ ...outcome.history, outcome: 'rollback', settles: null });
  }
  const stored = { id, deviceId: device.deviceId, entityType, entityId, seq: null, resolvedBy: null } as const;
  draft.settle({ ...stored, kind: 'resolution', bodyPrint: print, status, version, problem, at: atMs });
  const result = { id, status, ...(version === null ? {} : { version }), ...(problem === null ? {} : { problem }) };
  const entries = [{ result, key: { entityType, entityId }, row: 'always' }] as const;
  return {
    kind: 'answer',
    writes: [{ kind: 'device', device }, ...draft.writes(atMs)],
    body: resultsBody(context, draft, entries),
    facts: verdictFacts(entries),
  };
}

interface Bench {
  readonly context: Context;
  readonly scans: Scans;
  readonly draft: Draft;
  readonly deviceId: string;
}

function judge(
  { context, scans, draft, deviceId }: Bench,
  request: z.infer<typeof rollbackRequestSchema>,
  author: Parameters<typeof judgeResolution>[3],
): Outcome {
  const type = context.registry.types.get(request.entityType);
  if (type === undefined) return rejected(problemOf('unknown_type'));
  const target = scans.history(request).findLast(({ version }) => version === request.toVersion);
  if (target === undefined)
    return rejected(problemOf('invalid_change', `The history has no version ${request.toVersion}.`));
  const data = target.dataJson === null ? {} : ownFields(type, JSON.parse(target.dataJson) as JsonObject);
  const stamp = formatStamp({ ms: author.atMs, counter: 0, deviceId: brandId<DeviceId>(deviceId) });
  const fields = target.deleted ? ['*'] : Object.keys(data);
  const resolution: ShapedResolution = {
    type,
    entityType: request.entityType,
    entityId: request.entityId,
    changeId: request.id,
    outcome: target.deleted ? 'delete' : 'merged',
    against: request.againstVersion > draft.user().counter ? 0 : request.againstVersion,
    data,
    increments: {},
    stamps: Object.fromEntries(fields.map((field): [string, Stamp] => [field, stamp])),
    lost: null,
    touched: settableFields(type),
  };
  return judgeResolution(context, draft, { resolution, named: undefined }, author);
}

/** The user's fields of an old version, those it did not have as null, so that later values do not stay. */
function ownFields(type: EntityType, data: JsonObject): JsonObject {
  return Object.fromEntries(
    settableFields(type).map((name) => [
      name,
      Object.hasOwn(data, name) ? (data[name] ?? null) : initialOf(type, name),
    ]),
  );
}

function initialOf(type: EntityType, name: string) {
  return type.fields[name]?.initial ?? null;
}
