import * as z from 'zod/mini';
import type { EntityKey } from '../../core/ids.ts';
import { resolveRequestSchema } from '../../core/protocol/messages.ts';
import { type Answer, resultsBody, verdictFacts } from './answer.ts';
import type { Caller, Context } from './context.ts';
import { Draft } from './draft.ts';
import { judgeResolution } from './judge-resolution.ts';
import { type Outcome, rejected } from './outcome.ts';
import { problemOf, type Refusal, refuse } from './refusal.ts';
import { type ResolutionCandidate, readResolution, type ShapedResolution } from './resolution-shape.ts';
import { schemaDetail } from './schema-detail.ts';
import { checkDevice, checkEpoch, checkLives, isRefusal } from './sender.ts';
import type { StoredVerdict } from './stored.ts';
import { type Entry, repeated } from './verdict-answer.ts';
import { writeTime } from './write-time.ts';

const envelope = z.extend(resolveRequestSchema, { resolutions: z.array(z.unknown()) });

/** Decides a resolve: judges each resolution once, and settles the change that it names. */
export function decideResolve(context: Context, body: unknown, caller: Caller): Answer | Refusal {
  const parsed = z.safeParse(envelope, body);
  if (!parsed.success) return refuse('invalid_request', schemaDetail(parsed.error));
  const request = parsed.data;
  const device = checkDevice(context, request, caller);
  if (isRefusal(device)) return device;
  const refusal = checkEpoch(context, request.epoch) ?? checkLives(device, request);
  if (refusal !== null) return refusal;
  const draft = new Draft(context.reads);
  const atMs = writeTime(context);
  const bench = { context, draft, deviceId: device.deviceId, atMs };
  const entries = request.resolutions.flatMap((item) => {
    const candidate = readResolution(context, item);
    return candidate === null ? [] : [answer(bench, candidate)];
  });
  return {
    kind: 'answer',
    writes: [{ kind: 'device', device: { ...device, incarnation: request.incarnation } }, ...draft.writes(atMs)],
    body: resultsBody(context, draft, entries),
    facts: verdictFacts(entries),
  };
}

interface Bench {
  readonly context: Context;
  readonly draft: Draft;
  readonly deviceId: string;
  readonly atMs: number;
}

/** Its id is looked up before anything else: a repeat has no second effect, whatever happened to the row since. */
function answer(bench: Bench, candidate: ResolutionCandidate): Entry {
  const known = bench.draft.verdict(candidate.id);
  if (known !== undefined) return repeated(known, candidate.bodyPrint, bench.draft);
  if (!candidate.shape.ok) return store(bench, candidate, rejected(candidate.shape.problem));
  const { resolution } = candidate.shape;
  if (resolution.outcome === 'withdraw') return withdraw(bench, candidate, resolution);
  const remembered = recalled(bench, candidate, ownVerdict(bench, candidate));
  if (remembered !== undefined) return repeated(remembered, candidate.bodyPrint, bench.draft);
  const named = bench.draft.verdict(resolution.changeId) ?? recalledChange(bench, candidate, resolution);
  const origin = { deviceId: bench.deviceId, changeId: candidate.id };
  const author = { number: bench.draft.number, atMs: bench.atMs, origin };
  const outcome = judgeResolution(bench.context, bench.draft, { resolution, named }, author);
  if (outcome.kind !== 'retry')
    settleNamed(bench, { resolution, named }, outcome.kind === 'applied' ? candidate.id : null);
  return store(bench, candidate, outcome);
}

type Unjudged = Omit<StoredVerdict, 'status' | 'version' | 'problem'>;

/** The verdict on what took effect although its verdict is gone: the history of the row knows it. */
function recalled({ draft }: Bench, key: EntityKey, unjudged: Unjudged): StoredVerdict | undefined {
  const version = draft.effectAt(key, unjudged.id);
  if (version === undefined) return undefined;
  const verdict: StoredVerdict = { ...unjudged, status: 'applied', version, problem: null };
  draft.settle(verdict);
  return verdict;
}

/** The same for the change that a resolution names. Its body is not told: any repeats it. */
function recalledChange(bench: Bench, candidate: ResolutionCandidate, { changeId }: ShapedResolution) {
  return recalled(bench, candidate, { ...ownVerdict(bench, candidate), id: changeId, kind: 'change', bodyPrint: null });
}

/**
 * A change that was named without having a verdict gets one, so that it can't apply if it arrives late. Where it is
 * resolved, this is noted with its verdict, so that its increments count once.
 */
function settleNamed(
  { draft, deviceId, atMs }: Bench,
  { resolution, named }: { readonly resolution: ShapedResolution; readonly named: StoredVerdict | undefined },
  resolvedBy: string | null,
): StoredVerdict {
  const verdict: StoredVerdict = named ?? {
    id: resolution.changeId,
    kind: 'change',
    deviceId,
    seq: null,
    bodyPrint: null,
    entityType: resolution.entityType,
    entityId: resolution.entityId,
    status: 'rejected',
    version: null,
    problem: problemOf('withdrawn'),
    resolvedBy: null,
    at: atMs,
  };
  const settled = { ...verdict, resolvedBy: verdict.resolvedBy ?? resolvedBy };
  if (settled.resolvedBy !== named?.resolvedBy) draft.settle(settled);
  return settled;
}

/**
 * A withdrawal is answered with the verdict of the change: `rejected` `withdrawn` when it comes in time, otherwise the
 * one the change has. It is stored under the withdrawal's own id too, for a repeat.
 */
function withdraw(bench: Bench, candidate: ResolutionCandidate, resolution: ShapedResolution): Entry {
  const named = bench.draft.verdict(resolution.changeId);
  const verdict = settleNamed(bench, { resolution, named }, null);
  const { status, version, problem } = verdict;
  bench.draft.settle({ ...ownVerdict(bench, candidate), status, version, problem });
  return {
    result: {
      id: candidate.id,
      status,
      ...(version === null ? {} : { version }),
      ...(problem === null ? {} : { problem }),
    },
    key: candidate,
    row: 'always',
  };
}

function ownVerdict({ deviceId, atMs }: Bench, { id, bodyPrint, entityType, entityId }: ResolutionCandidate) {
  return {
    id,
    kind: 'resolution',
    deviceId,
    seq: null,
    bodyPrint,
    entityType,
    entityId,
    resolvedBy: null,
    at: atMs,
  } as const;
}

function store(bench: Bench, candidate: ResolutionCandidate, outcome: Outcome): Entry {
  const { id } = candidate;
  if (outcome.kind === 'retry') {
    return { result: { id, status: 'retry', problem: outcome.problem }, key: candidate, row: 'never' };
  }
  if (outcome.kind !== 'applied') {
    const { kind: status, problem } = outcome;
    bench.draft.settle({ ...ownVerdict(bench, candidate), status, version: null, problem });
    return { result: { id, status, problem }, key: candidate, row: 'always' };
  }
  if (outcome.row !== null) bench.draft.put(outcome.row);
  bench.draft.record(outcome.history);
  bench.draft.settle({ ...ownVerdict(bench, candidate), status: 'applied', version: outcome.version, problem: null });
  return { result: { id, status: 'applied', version: outcome.version }, key: candidate, row: 'always' };
}
