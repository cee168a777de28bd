import { assert, present, unreachable } from '../../lib/assert.ts';
import { brandId } from '../ids.ts';
import { serversWait } from './backoff.ts';
import { decide } from './decide.ts';
import { type CheckedEdit, checkEdit } from './edit.ts';
import { enqueue } from './enqueue.ts';
import { entityOf, flushEntities } from './entity.ts';
import type { Edit, Event } from './event.ts';
import { keepOnDevice, staysOnDevice } from './keep-on-device.ts';
import { launch, setTimer } from './launch.ts';
import { beat, lookAtLease, releaseLease, stillLeased, takeLease } from './lease.ts';
import { onOutcome } from './on-outcome.ts';
import type { StepResult, WriteOutcome } from './output.ts';
import { prune } from './prune.ts';
import { readmit } from './readmit.ts';
import type { Rows } from './rows.ts';
import { askRun, failRuns } from './runs.ts';
import { shownData } from './shown.ts';
import type { State } from './state.ts';
import type { Meta } from './tables.ts';
import { tellWaiting } from './tell-waiting.ts';
import { type Setting, Turn } from './turn.ts';
import { upgradeQueue } from './upgrade.ts';

/**
 * One event of a device: the next state, what must be durable first, and what happens then. Pure: the same setting,
 * state, event and rows always give the same result. `rows` is the store as of the last commit.
 */
export function step(setting: Setting, state: State, event: Event, rows: Rows): StepResult {
  const turn = new Turn({ setting, state, at: event.at, rows });
  const outcome = handle(turn, event);
  if (outcome !== null && !outcome.ok) return { state, commit: [], then: [], outcome };
  flushEntities(turn);
  const sends = event.more !== true && turn.state.leased && turn.state.runs.length > 0;
  if (sends && (isLeaseEvent(event) || stillLeased(turn))) launch(turn);
  turn.flushCounts();
  return { state: turn.state, commit: turn.commit, then: turn.then, outcome };
}

/** Events whose handling has looked at the lease already. */
function isLeaseEvent(event: Event): boolean {
  return event.kind === 'start' || event.kind === 'outcome' || event.kind === 'timer';
}

function handle(turn: Turn, event: Event): WriteOutcome | null {
  switch (event.kind) {
    case 'edit':
      return onEdit(turn, event.edits, event.grouped);
    case 'decide':
      return onDecide(turn, event);
    case 'request':
      onRequest(turn, event);
      return null;
    case 'outcome':
      if (event.life === turn.state.life && stillLeased(turn)) onOutcome(turn, event.callId, event.outcome);
      return null;
    case 'timer':
      if (event.life === turn.state.life || event.name === 'lease') onTimer(turn, event);
      return null;
    case 'go-on':
      return null;
    default:
      onChange(turn, event);
      return null;
  }
}

function onEdit(turn: Turn, edits: readonly Edit[], grouped: boolean): WriteOutcome {
  const group = grouped && edits.length > 1 ? brandId(turn.newId()) : null;
  const changeIds: string[] = [];
  let entityId = '';
  const tooMany = edits.length > turn.limits.batchCount;
  if (tooMany)
    return {
      ok: false,
      problem: { code: 'too_large', detail: `A group holds at most ${turn.limits.batchCount} edits.` },
    };
  for (const edit of edits) {
    const checked = checkEdit(turn, edit);
    if (!checked.ok) return checked;
    for (const part of checked.edits) changeIds.push(...takePart(turn, part, group));
    entityId = present(checked.edits[0], 'an edit that is taken has a part').record.entityId;
  }
  if (group !== null && sizeGroup(turn, group) > turn.limits.batchBytes)
    return {
      ok: false,
      problem: { code: 'too_large', detail: `The edits of a group hold at most ${turn.limits.batchBytes} bytes.` },
    };
  if (turn.state.automatic) askRun(turn, { kind: 'all', types: null, requestId: null, pullFirst: false });
  return { ok: true, entityId, changeIds: [...new Set(changeIds)] };
}

/** Takes one part of an edit on the row as the part before it left it; gives the change that carries it, if one does. */
function takePart(turn: Turn, part: CheckedEdit, group: string | null): readonly string[] {
  const record = turn.get('records', [part.record.entityType, part.record.entityId]) ?? part.record;
  const now = { ...part, record, visible: shownData(record) };
  const ids = staysOnDevice(now) ? [] : [enqueue(turn, now, group === null ? null : { group, size: 0 })];
  if (ids.length === 0) keepOnDevice(turn, now);
  flushEntities(turn);
  return ids;
}

/**
 * Writes the number of members into each of them: the server takes a group whole or not at all. Gives the size of what
 * they set, in bytes of JSON.
 */
function sizeGroup(turn: Turn, group: string): number {
  const members = turn.scan('items', { index: 'byGroup', prefix: [group] });
  for (const item of members)
    entityOf(turn, item).set({ ...item, groupSize: members.length, group: members.length > 1 ? group : null });
  flushEntities(turn);
  return members.reduce((sum, item) => sum + JSON.stringify(item.data ?? item.increments ?? {}).length, 0);
}

function onDecide(turn: Turn, event: Event & { readonly kind: 'decide' }): WriteOutcome {
  const result = decide(turn, event.decision);
  if (result.kind === 'refused') return { ok: false, problem: result.problem };
  if (result.kind === 'edit') return onEdit(turn, [result.edit], false);
  flushEntities(turn);
  if (turn.state.automatic) askRun(turn, { kind: 'all', types: null, requestId: null, pullFirst: false });
  return {
    ok: true,
    entityId: result.entityId,
    changeIds: 'changeId' in event.decision ? [event.decision.changeId] : [],
  };
}

function onRequest(turn: Turn, { run, types, requestId }: Event & { readonly kind: 'request' }): void {
  // A person asks: what was given up is tried again.
  turn.update({ needsAuth: false, updateRequired: false });
  reviveFailed(turn);
  prune(turn);
  askRun(turn, { kind: run, types, requestId });
  if (!turn.state.leased) failRuns(turn, `Another process syncs this device: ${turn.meta('lease').holder}.`);
}

function onTimer(turn: Turn, { name }: Event & { readonly kind: 'timer' }): void {
  if (name === 'lease') {
    lookAgain(turn);
    return;
  }
  if (!stillLeased(turn)) return;
  if (name === 'backoff') endBackoff(turn);
  else if (name === 'beat') beat(turn);
  else if (name === 'probe') probe(turn);
  else if (name === 'poll') askRun(turn, { kind: 'all', types: null, requestId: null });
  else if (name === 'holds') askRun(turn, { kind: 'all', types: null, requestId: null, pullFirst: false });
  else unreachable(name);
}

/** The wait is over, unless the timer was that of an earlier one: it may have gone off before it could be set anew. */
function endBackoff(turn: Turn): void {
  const leftMs = (turn.state.backoff?.untilMonoMs ?? 0) - turn.at.monoMs;
  if (leftMs > 0) setTimer(turn, 'backoff', leftMs);
  else turn.update({ backoff: null });
}

/** Failed items, and a device that gave up, try again without any other trigger. */
function probe(turn: Turn): void {
  reviveFailed(turn);
  prune(turn);
  turn.update({ updateRequired: false });
  askRun(turn, { kind: 'all', types: null, requestId: null });
  setTimer(turn, 'probe', turn.limits.probeMs);
}

type Change = Event & {
  readonly kind: 'start' | 'online' | 'switch' | 'foreground' | 'signed-in' | 'foreign-change' | 'hint' | 'stop';
};

function onChange(turn: Turn, event: Change): void {
  switch (event.kind) {
    case 'start':
      onStart(turn, event);
      return;
    case 'online':
      turn.update({ online: event.online });
      if (event.online) wake(turn);
      else cutOff(turn);
      return;
    case 'switch':
      turn.setMeta('device', { ...turn.meta('device'), offline: event.offline });
      if (event.offline) cutOff(turn);
      else wake(turn);
      return;
    case 'foreground':
      wake(turn);
      return;
    case 'signed-in':
      onSignedIn(turn, event.userId);
      return;
    case 'foreign-change':
      onForeignChange(turn);
      return;
    case 'hint':
      if (turn.state.leased && turn.state.automatic) askRun(turn, { kind: 'all', types: null, requestId: null });
      return;
    case 'stop':
      releaseLease(turn);
      return;
    default:
      unreachable(event);
  }
}

function onStart(turn: Turn, event: Event & { readonly kind: 'start' }): void {
  takeLease(turn, event);
  if (turn.state.leased) takeUp(turn);
}

/** A lease that another life held may be free by now. */
function lookAgain(turn: Turn): void {
  const before = turn.state.leased;
  lookAtLease(turn);
  if (!before && turn.state.leased) takeUp(turn);
}

/** What a life does first once it holds the lease, at its start or when the one before it is gone. */
function takeUp(turn: Turn): void {
  prune(turn);
  tellWaiting(turn);
  upgradeQueue(turn);
  readmit(turn);
  if (turn.state.automatic) begin(turn);
}

/** Another process wrote: an edit to be sent, or the lease given back. */
function onForeignChange(turn: Turn): void {
  if (!turn.state.automatic) return;
  if (turn.state.leased) askRun(turn, { kind: 'all', types: null, requestId: null, pullFirst: false });
  else lookAgain(turn);
}

function begin(turn: Turn): void {
  reviveFailed(turn);
  askRun(turn, { kind: 'all', types: null, requestId: null });
  setTimer(turn, 'probe', turn.limits.probeMs);
}

/** The line is back, or the app is: what was given up is tried again, not all devices in the same moment. */
function wake(turn: Turn): void {
  const asked = serversWait(turn);
  turn.update({ backoff: asked, failures: 0, updateRequired: false });
  if (!turn.state.leased || !turn.state.automatic) return;
  reviveFailed(turn);
  askRun(turn, { kind: 'all', types: null, requestId: null });
  // A wait that the server asked for goes on; its jitter is above it already.
  if (asked !== null) return;
  const { monoMs } = turn.at;
  const delayMs = turn.below(turn.limits.onlineJitterMs + 1);
  const reason = 'The line is back; the first request waits a moment.';
  turn.update({ backoff: { untilMonoMs: monoMs + delayMs, floorMonoMs: monoMs, reason } });
  setTimer(turn, 'backoff', delayMs);
}

/** No request may be on the wire while offline. */
function cutOff(turn: Turn): void {
  const { pull, batches } = turn.state;
  if (pull !== null) turn.effect({ kind: 'abort', callId: pull.callId });
  for (const { callId } of batches) turn.effect({ kind: 'abort', callId });
}

function onSignedIn(turn: Turn, userId: Meta['device']['userId']): void {
  const device = turn.meta('device');
  assert(device.userId === null || userId === null || device.userId === userId, 'a device file belongs to one user');
  if (device.userId === null && userId !== null) turn.setMeta('device', { ...device, userId });
  turn.update({ needsAuth: false });
  wake(turn);
}

/** Items whose tries were spent get new ones. */
function reviveFailed(turn: Turn): void {
  for (const stored of turn.scan('items', { index: 'byState', prefix: ['failed'] })) {
    const entity = entityOf(turn, stored);
    const item = entity.item(stored.id);
    if (item?.state === 'failed') entity.set({ ...item, state: 'unsettled', retryCount: 0 });
  }
  flushEntities(turn);
}
