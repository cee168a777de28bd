import { unsettleFlight } from './abandon-calls.ts';
import type { Event } from './event.ts';
import { setTimer } from './launch.ts';
import { phaseOf } from './phase.ts';
import { initialState } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Takes the lease for sending and pulling, or watches the one that another process holds. Its number is the life. What
 * an earlier life had on the wire is unsettled from now on.
 */
export function takeLease(turn: Turn, start: Event & { readonly kind: 'start' }): void {
  const { holder, exclusive, automatic, online } = start;
  turn.update({ holder, exclusive, automatic, online });
  const lease = turn.meta('lease');
  const free =
    exclusive || !lease.held || lease.holder === start.gone || (turn.state.leased && lease.life === turn.state.life);
  if (free) own(turn);
  else watch(turn);
}

function own(turn: Turn): void {
  const { holder, exclusive, leased, life } = turn.state;
  const lease = turn.meta('lease');
  if (leased && lease.life === life) return;
  turn.setMeta('lease', { life: lease.life + 1, beat: 0, holder, held: true });
  turn.update({ leased: true, life: lease.life + 1, firstSeq: turn.meta('sequence').item, seenLease: null });
  unsettleFlight(turn);
  if (turn.meta('server').resync?.reason === 'epoch_changed') turn.update({ journalAsked: [] });
  if (!exclusive) setTimer(turn, 'beat', turn.limits.leaseBeatMs);
}

function watch(turn: Turn): void {
  const { life, beat } = turn.meta('lease');
  turn.update({ leased: false, seenLease: { life, beat, monoMs: turn.at.monoMs } });
  setTimer(turn, 'lease', turn.limits.leaseDeadMs);
}

/** Looks at a watched lease again: one whose heartbeat stood still is dead and is taken. */
export function lookAtLease(turn: Turn): void {
  const { seenLease } = turn.state;
  const lease = turn.meta('lease');
  if (turn.state.leased || seenLease === null) return;
  if (!lease.held) own(turn);
  else if (lease.life !== seenLease.life || lease.beat !== seenLease.beat) watch(turn);
  else {
    const stoodMs = turn.at.monoMs - seenLease.monoMs;
    if (stoodMs >= turn.limits.leaseDeadMs) own(turn);
    else setTimer(turn, 'lease', turn.limits.leaseDeadMs - stoodMs);
  }
}

/** Shows that this life is alive. */
export function beat(turn: Turn): void {
  const lease = turn.meta('lease');
  if (turn.state.exclusive || !turn.state.leased) return;
  turn.setMeta('lease', { ...lease, beat: lease.beat + 1 });
  setTimer(turn, 'beat', turn.limits.leaseBeatMs);
}

/** Gives the lease back, so that the next process need not wait. */
export function releaseLease(turn: Turn): void {
  const lease = turn.meta('lease');
  if (turn.state.leased && lease.life === turn.state.life) turn.setMeta('lease', { ...lease, held: false });
  for (const callId of callsOf(turn)) turn.effect({ kind: 'abort', callId });
  unsettleFlight(turn);
  forget(turn);
}

/** Whether this life still holds the lease. If not, it stops: another life sends now. */
export function stillLeased(turn: Turn): boolean {
  if (!turn.state.leased) return false;
  const lease = turn.meta('lease');
  if (lease.life === turn.state.life) return true;
  for (const callId of callsOf(turn)) turn.effect({ kind: 'abort', callId });
  const outcome = {
    ok: false,
    reason: `Another process syncs this device: ${lease.holder}.`,
    phase: phaseOf(turn),
  } as const;
  for (const run of turn.state.runs)
    for (const requestId of run.requestIds) turn.effect({ kind: 'reply', requestId, outcome });
  turn.effect({ kind: 'reload', reason: `the lease was taken by ${lease.holder}` });
  forget(turn);
  return false;
}

function callsOf(turn: Turn): readonly string[] {
  const { pull, batches } = turn.state;
  return [...(pull === null ? [] : [pull.callId]), ...batches.map((batch) => batch.callId)];
}

/** Everything this life knew of calls is void. */
function forget(turn: Turn): void {
  const { seed, draws, calls, holder, exclusive, automatic, online, life } = turn.state;
  turn.update({ ...initialState(seed), draws, calls, holder, exclusive, automatic, online, life });
}
