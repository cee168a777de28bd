import type { Problem } from '../protocol/messages.ts';
import type { ItemError } from '../queue/item.ts';
import { backoffMs, serversWait } from './backoff.ts';
import type { CallOutcome } from './call.ts';
import { entityOfItem, flushEntities } from './entity.ts';
import { wipe } from './erase.ts';
import { closePart, dropFamilies, halve, parkAll, suspect } from './families.ts';
import { withdrawn } from './resolutions.ts';
import { startResync, takeNewIdentity } from './resync.ts';
import { currentRun, failRuns, updateRun } from './runs.ts';
import type { Batch } from './state.ts';
import type { Turn } from './turn.ts';

/** How a call ended other than by an answer. */
export type Failed = Exclude<CallOutcome, { readonly kind: 'answer' }>;

/** A pull failed: nothing moved. */
export function pullFailed(turn: Turn, failed: Failed): void {
  turn.update({ pullBegan: null });
  if (common(turn, failed)) return;
  if (failed.kind === 'failure' && failed.reason === 'timeout') askForLess(turn);
  // The push gets its turn before the pull is tried again: neither may starve the other.
  if (failed.kind === 'problem')
    turn.update({ refusedCall: { status: failed.status, problem: failed.problem }, pullRefused: true });
  backOff(turn, { reason: describe(failed), floorMs: 0 });
}

/** A page that does not come in time over a narrow line never will: the next one is a quarter of it. */
function askForLess(turn: Turn): void {
  const asked = turn.state.pageRowsLearned ?? turn.limits.pageRows;
  turn.update({ pageRowsLearned: Math.max(1, Math.floor(asked / 4)) });
}

/** A call that was given up failed all the same: a server that is in trouble, or wants to be left alone, is not called at once. */
export function strayFailed(turn: Turn, failed: Failed): void {
  const isTrouble =
    failed.kind === 'failure'
      ? failed.reason !== 'aborted'
      : failed.kind === 'problem' && (failed.status >= 500 || failed.status === 429);
  if (!isTrouble) return;
  const floorMs = failed.kind === 'problem' ? (failed.retryAfterMs ?? 0) : 0;
  backOff(turn, { reason: describe(failed), floorMs });
}

/** A push or resolve failed as a whole: its items stay unsettled unless one of them alone is to blame. */
export function batchFailed(turn: Turn, batch: Batch, failed: Failed): void {
  unsettle(turn, batch, failed);
  if (failed.kind === 'problem' && [400, 413, 426].includes(failed.status) && takeBackOld(turn, batch)) return;
  if (common(turn, failed)) return;
  if (failed.kind === 'problem' && failed.status === 413) tooLarge(turn, batch, failed.problem);
  else if (failed.kind === 'problem' && [400, 403, 422].includes(failed.status)) refusedWhole(turn, batch, failed);
  else unanswered(turn, batch, failed);
}

/**
 * A batch in the words of an older version was refused: its changes are withdrawn, and go on as this version says them.
 * Gives false when the batch is of this version.
 */
function takeBackOld(turn: Turn, batch: Batch): boolean {
  let taken = false;
  for (const id of batch.ids) {
    const stored = turn.get('items', [id]);
    if (stored?.schemaVersion === undefined || stored.resolution !== null) continue;
    const entity = entityOfItem(turn, stored);
    entity.set(withdrawn(turn, entity.item(id) ?? stored, 'renew'));
    taken = true;
  }
  flushEntities(turn);
  if (taken) closePart(turn, batch, { verdictSeen: false });
  return taken;
}

/** The items of a batch have no verdict: they go again under the same ids. */
function unsettle(turn: Turn, batch: Batch, failed: Failed): void {
  const error = errorOf(turn, failed);
  for (const id of batch.ids) {
    const stored = turn.get('items', [id]);
    if (stored === undefined || stored.state !== 'inFlight') continue;
    const entity = entityOfItem(turn, stored);
    entity.set({ ...(entity.item(id) ?? stored), state: 'unsettled', error });
  }
  flushEntities(turn);
}

function errorOf(turn: Turn, failed: Failed): ItemError {
  const atMs = turn.at.wallMs;
  if (failed.kind === 'unauthenticated')
    return { kind: 'authentication', problem: { code: 'unauthenticated', detail: failed.detail }, atMs };
  if (failed.kind === 'failure')
    return { kind: 'network', problem: { code: failed.reason, detail: failed.detail }, atMs };
  const kind = failed.status >= 500 || failed.status === 429 ? 'server' : 'validation';
  return { kind, problem: { ...failed.problem, status: failed.status }, atMs };
}

function describe(failed: Failed): string {
  if (failed.kind === 'problem') return `The server answered ${failed.status} (${failed.problem.code}).`;
  if (failed.kind === 'unauthenticated') return 'Sign-in is needed.';
  return `No answer from the server (${failed.reason}): ${failed.detail}`;
}

/** Failures that mean the same for every call. Gives whether this was one. */
function common(turn: Turn, failed: Failed): boolean {
  if (failed.kind === 'unauthenticated') {
    turn.update({ needsAuth: true });
    failRuns(turn, describe(failed));
    return true;
  }
  if (failed.kind === 'failure') return false;
  const { status, problem, retryAfterMs } = failed;
  if (status === 429 || status === 503) {
    backOff(turn, { reason: describe(failed), floorMs: retryAfterMs ?? 0 });
    return true;
  }
  if (status === 426) {
    turn.update({ updateRequired: true });
    failRuns(turn, describe(failed));
    return true;
  }
  if (status === 409) return forkedOrBusy(turn, failed, problem);
  return status === 410 && gone(turn, failed);
}

function forkedOrBusy(turn: Turn, failed: Failed, problem: Problem): boolean {
  if (problem.code === 'device_forked') {
    // A name that no answer has confirmed yet is no copy of another one: such a server is not asked in a tight loop.
    const { forked, registered } = turn.meta('device');
    takeNewIdentity(turn, 'device_forked');
    dropFamilies(turn);
    if (forked && !registered) backOff(turn, { reason: describe(failed), floorMs: 0 });
    updateRun(turn, { pullWanted: currentRun(turn)?.kind !== 'push', pushWanted: currentRun(turn)?.kind !== 'pull' });
  } else backOff(turn, { reason: describe(failed), floorMs: 0 });
  return true;
}

function gone(turn: Turn, failed: Failed & { readonly kind: 'problem' }): boolean {
  const { code } = failed.problem;
  const { resync, cursor } = turn.meta('server');
  if (code === 'user_erased') wipe(turn);
  else if (code === 'epoch_changed' || code === 'cursor_expired') startResync(turn, code);
  else if (code === 'device_unknown') {
    takeNewIdentity(turn, 'device_unknown');
    startResync(turn, 'device_unknown');
  } else return false;
  dropFamilies(turn);
  if (code === 'user_erased') {
    failRuns(turn, 'The data of this user was erased.');
    return true;
  }
  // Nothing was pulled since it said so before: asked at once, it would say so again.
  if (resync !== null && cursor === null) backOff(turn, { reason: describe(failed), floorMs: 0 });
  updateRun(turn, { pullWanted: true, pushWanted: currentRun(turn)?.kind !== 'pull' });
  return true;
}

/** 413: smaller batches from now on; one change too large by itself is parked. */
function tooLarge(turn: Turn, batch: Batch, problem: Problem): void {
  const learned = Math.min(problem.limit ?? Number.POSITIVE_INFINITY, Math.floor(batch.bytes / 2));
  turn.update({ bytesLearned: Math.max(1, Math.min(turn.state.bytesLearned ?? learned, learned)) });
  if (!halve(turn, batch)) parkAll(turn, batch.ids, { ...problem, code: problem.code });
  closePart(turn, batch, { verdictSeen: false });
}

/** 400, 403, 422: halved until the bad change stands alone. */
function refusedWhole(turn: Turn, batch: Batch, failed: Failed & { readonly kind: 'problem' }): void {
  turn.update({ refusedCall: { status: failed.status, problem: failed.problem } });
  const halved = halve(turn, batch);
  if (!halved) suspect(turn, batch, failed.problem);
  closePart(turn, batch, { verdictSeen: false });
  if (!halved && turn.state.families.length === 0) backOff(turn, { reason: describe(failed), floorMs: 0 });
}

/** 5xx, timeouts, cut lines: again later. A change that fails alone while the server answers others is charged. */
function unanswered(turn: Turn, batch: Batch, failed: Failed): void {
  const first = batch.ids[0] as string;
  const before = turn.state.batchFailures[first];
  const served = before !== undefined && turn.state.answers > before.answers;
  const count = before === undefined ? 1 : served ? before.count + 1 : before.count;
  turn.update({ batchFailures: { ...turn.state.batchFailures, [first]: { count, answers: turn.state.answers } } });
  const blamed = count >= 2 && served && !isOffline(failed);
  // A line that breaks blames nobody: smaller batches let the others through, none is charged.
  if (blamed && !halve(turn, batch) && failed.kind === 'problem') charge(turn, batch, failed);
  closePart(turn, batch, { verdictSeen: false });
  // A push that failed twice in a row lets a pull go first: news go on arriving while it fails, and an answer to the
  // pull shows that the push alone is to blame.
  if (turn.state.failures > 0 && currentRun(turn)?.kind !== 'push') updateRun(turn, { pullWanted: true });
  backOff(turn, { reason: describe(failed), floorMs: 0 });
}

/** Whether there was no line to the server at all, or the device itself cut it. */
function isOffline(failed: Failed): boolean {
  return failed.kind === 'failure' && (failed.reason === 'unreachable' || failed.reason === 'aborted');
}

function charge(turn: Turn, batch: Batch, failed: Failed): void {
  for (const id of batch.ids) {
    const stored = turn.get('items', [id]);
    if (stored === undefined) continue;
    const entity = entityOfItem(turn, stored);
    const item = entity.item(id) ?? stored;
    const retryCount = item.retryCount + 1;
    const failedNow = retryCount >= turn.limits.maxRetries;
    entity.set({ ...item, retryCount, error: errorOf(turn, failed), state: failedNow ? 'failed' : 'unsettled' });
    if (failedNow) turn.count('failedItems');
  }
  flushEntities(turn);
}

/** Waits before talking again, at least as long as the server asked for; tells the user after enough failed rounds. */
function backOff(turn: Turn, { reason, floorMs }: { readonly reason: string; readonly floorMs: number }): void {
  const tries = turn.state.failures;
  const { monoMs } = turn.at;
  // A call that fails beside one that was told to wait does not cut that wait short.
  const asked = serversWait(turn);
  const floorMonoMs = Math.max(monoMs + floorMs, asked?.floorMonoMs ?? 0);
  const delayMs = Math.max(floorMonoMs - monoMs + backoffMs(turn, tries), (asked?.untilMonoMs ?? 0) - monoMs);
  turn.update({ failures: tries + 1, backoff: { untilMonoMs: monoMs + delayMs, floorMonoMs, reason } });
  turn.effect({ kind: 'timer', name: 'backoff', delayMs });
  const run = currentRun(turn);
  if (run === undefined) return;
  updateRun(turn, { failures: run.failures + 1 });
  if (run.failures + 1 > turn.limits.maxRetries) failRuns(turn, reason);
}
