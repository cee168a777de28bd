import type { Epoch } from '../ids.ts';
import { decodePull, decodePush } from '../protocol/codec.ts';
import type { PushAnswer } from '../protocol/messages.ts';
import { serversWait } from './backoff.ts';
import type { CallOutcome } from './call.ts';
import { closePart } from './families.ts';
import { batchFailed, pullFailed, strayFailed } from './on-failed.ts';
import { onPulled } from './on-pulled.ts';
import { onPushed } from './on-pushed.ts';
import { finishResync, startResync } from './resync.ts';
import { currentRun, updateRun } from './runs.ts';
import type { Batch, PullRound } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * A call ended: its answer settles what it can, its failure decides when to talk again. Gives false for one that was given up: of that
 * one nothing is taken but that the server is in trouble, or asks to be left alone.
 */
export function onOutcome(turn: Turn, callId: string, outcome: CallOutcome): boolean {
  const { pull, batches } = turn.state;
  if (pull?.callId === callId) {
    turn.update({ pull: null });
    endPull(turn, pull, outcome);
    return true;
  }
  const batch = batches.find((other) => other.callId === callId);
  if (batch === undefined) {
    if (outcome.kind !== 'answer') strayFailed(turn, outcome);
    return false;
  }
  turn.update({ batches: batches.filter((other) => other !== batch) });
  endBatch(turn, batch, outcome);
  return true;
}

function endPull(turn: Turn, round: PullRound, outcome: CallOutcome): void {
  if (outcome.kind !== 'answer') {
    pullFailed(turn, outcome);
    return;
  }
  const decoded = decodePull(outcome.body);
  if (!decoded.ok) {
    pullFailed(turn, { kind: 'failure', reason: 'malformed', detail: decoded.detail });
    return;
  }
  const answer = decoded.value;
  answered(turn, answer.serverTime);
  if (otherEpoch(turn, answer.epoch) || outlived(turn, round)) return;
  const changed = onPulled(turn, round, answer);
  askForMore(turn);
  const run = currentRun(turn);
  const more = answer.hasMore || turn.state.journalAsked !== null || turn.state.olderFrom !== null;
  if (!answer.hasMore) turn.update({ pullBegan: null });
  updateRun(turn, { pulled: (run?.pulled ?? 0) + changed, pullWanted: more });
  const { resync } = turn.meta('server');
  if (!more && resync !== null && round.types === null) finishResync(turn, resync);
  // What a merge left to be sent belongs to this sync, unless it was asked to pull only.
  if (run !== undefined && run.kind !== 'pull') updateRun(turn, { pushWanted: true });
}

/** A smaller page came in time: the next may be twice as large. */
function askForMore(turn: Turn): void {
  const { pageRowsLearned } = turn.state;
  if (pageRowsLearned === null) return;
  const next = pageRowsLearned * 2;
  turn.update({ pageRowsLearned: next < turn.limits.pageRows ? next : null });
}

function endBatch(turn: Turn, batch: Batch, outcome: CallOutcome): void {
  if (outcome.kind !== 'answer') {
    batchFailed(turn, batch, outcome);
    return;
  }
  const decoded = decodePush(outcome.body);
  if (!decoded.ok) {
    batchFailed(turn, batch, { kind: 'failure', reason: 'malformed', detail: decoded.detail });
    return;
  }
  if (!isAbout(turn, batch, decoded.value)) {
    batchFailed(turn, batch, { kind: 'failure', reason: 'malformed', detail: 'no verdict on anything that was sent' });
    return;
  }
  answered(turn, decoded.value.serverTime);
  forgetFailures(turn, batch);
  const incarnation = turn.meta('incarnation');
  if (incarnation.current !== null) turn.setMeta('incarnation', { ...incarnation, previous: [incarnation.current] });
  if (otherEpoch(turn, decoded.value.epoch)) {
    batchFailed(turn, batch, { kind: 'failure', reason: 'aborted', detail: 'the answer is of another epoch' });
    return;
  }
  const server = turn.meta('server');
  const settled = onPushed(turn, batch, decoded.value);
  turn.setMeta('server', {
    ...turn.meta('server'),
    epoch: server.epoch ?? decoded.value.epoch,
    acks: server.acks + settled,
  });
  closePart(turn, batch, { verdictSeen: settled > 0 });
  const run = currentRun(turn);
  if (run === undefined) return;
  // "Synced" rests on a pull that began after the last acknowledgement (law 14).
  const pullToo = settled > 0 && run.kind !== 'push';
  updateRun(turn, { pushed: run.pushed + settled, ...(pullToo ? { pullWanted: true } : {}) });
}

/** Whether an answer names anything that the batch asked about; one of unknown ids alone is no answer to it. */
function isAbout(turn: Turn, batch: Batch, { results }: PushAnswer): boolean {
  const named = new Set<string>(results.map(({ id }) => id));
  return batch.ids.some((id) => {
    const asked = batch.kind === 'push' ? id : turn.get('items', [id])?.resolution?.body.id;
    return asked !== undefined && named.has(asked);
  });
}

/** What was answered no longer counts as failing. */
function forgetFailures(turn: Turn, batch: Batch): void {
  const failing = Object.keys(turn.state.batchFailures);
  if (failing.length === 0) return;
  const answered = new Set<string>(batch.ids);
  const left = Object.entries(turn.state.batchFailures).filter(([id]) => !answered.has(id));
  if (left.length < failing.length) turn.update({ batchFailures: Object.fromEntries(left) });
}

/** Any 200: the server knows the device, its clock is known, and earlier failures no longer count. */
function answered(turn: Turn, serverMs: number): void {
  turn.setMeta('clock', { serverMs, at: turn.at });
  const device = turn.meta('device');
  if (!device.registered) turn.setMeta('device', { ...device, registered: true });
  turn.update({
    failures: 0,
    backoff: serversWait(turn),
    answers: turn.state.answers + 1,
    refusedCall: null,
    needsAuth: false,
  });
  updateRun(turn, { failures: 0 });
}

/** A full resync began while the page was on its way: the page continues a pull that no longer counts. */
function outlived(turn: Turn, round: PullRound): boolean {
  if ((turn.meta('server').resync?.seen ?? null) === round.resync) return false;
  turn.update({ pullBegan: null });
  updateRun(turn, { pullWanted: true });
  return true;
}

/** An answer under another epoch than the held one is what `epoch_changed` says. */
function otherEpoch(turn: Turn, epoch: Epoch): boolean {
  const held = turn.meta('server').epoch;
  if (held === null || held === epoch) return false;
  startResync(turn, 'epoch_changed');
  updateRun(turn, { pullWanted: true });
  return true;
}
