import type { RunKind } from './event.ts';
import type { SyncOutcome } from './output.ts';
import { phaseOf } from './phase.ts';
import type { Run } from './state.ts';
import type { Turn } from './turn.ts';

/** What a run of this kind does. */
function wants(kind: RunKind): { readonly pullWanted: boolean; readonly pushWanted: boolean } {
  return { pullWanted: kind !== 'push', pushWanted: kind !== 'pull' };
}

/** A sync that somebody asks for. */
export interface AskedRun {
  readonly kind: RunKind;
  readonly types: readonly string[] | null;
  /** Who is told how it ended; null when the device asks itself. */
  readonly requestId: string | null;
  /** False when there is only something to push: then the pull follows the acknowledgement. */
  readonly pullFirst?: boolean;
}

/**
 * Asks for a sync. A run of the same kind that is waiting or under way is shared: it does its whole work (again), so
 * that it covers what the later caller has seen.
 */
export function askRun(turn: Turn, asked: AskedRun): void {
  const { runs } = turn.state;
  const at = runs.findIndex((run) => run.kind === asked.kind && String(run.types) === String(asked.types));
  const requestIds = asked.requestId === null ? [] : [asked.requestId];
  const { pullWanted, pushWanted } = wants(asked.kind);
  const wanted = { pullWanted: pullWanted && asked.pullFirst !== false, pushWanted };
  if (at < 0) {
    const run: Run = { kind: asked.kind, types: asked.types, requestIds, ...wanted, pushed: 0, pulled: 0, failures: 0 };
    turn.update({ runs: [...runs, run] });
    if (runs.length === 0) turn.tell({ kind: 'syncing' });
    return;
  }
  const run = runs[at] as Run;
  turn.update({
    runs: runs.with(at, {
      ...run,
      pullWanted: run.pullWanted || wanted.pullWanted,
      pushWanted,
      requestIds: [...run.requestIds, ...requestIds],
    }),
  });
}

/** The run under way, if any. */
export function currentRun(turn: Turn): Run | undefined {
  return turn.state.runs[0];
}

/** Changes the run under way; does nothing when there is none. */
export function updateRun(turn: Turn, part: Partial<Run>): void {
  const run = currentRun(turn);
  if (run !== undefined) turn.update({ runs: [{ ...run, ...part }, ...turn.state.runs.slice(1)] });
}

/** Ends the run under way: its callers are told. */
export function finishRun(turn: Turn): void {
  const run = currentRun(turn);
  if (run === undefined) return;
  turn.update({ runs: turn.state.runs.slice(1), toldFailed: false });
  const outcome: SyncOutcome = { ok: true, pushed: run.pushed, pulled: run.pulled };
  for (const requestId of run.requestIds) turn.effect({ kind: 'reply', requestId, outcome });
  turn.tell({ kind: 'success', pushed: run.pushed, pulled: run.pulled });
}

/** Tells all callers that their syncs failed. A device that syncs on its own keeps its run and tries again. */
export function failRuns(turn: Turn, reason: string): void {
  const { runs, automatic } = turn.state;
  const outcome: SyncOutcome = { ok: false, reason, phase: phaseOf(turn) };
  for (const run of runs) for (const requestId of run.requestIds) turn.effect({ kind: 'reply', requestId, outcome });
  const kept = automatic ? runs.slice(0, 1).map((run) => ({ ...run, requestIds: [] })) : [];
  if (!turn.state.toldFailed) turn.tell({ kind: 'failed', reason, willRetry: automatic });
  turn.update({ runs: kept, toldFailed: true });
}
