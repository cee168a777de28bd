import type { Candidate } from './change-shape.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import { judgeGroup } from './groups.ts';
import { judgeChange } from './judge-change.ts';
import { type Outcome, rejected } from './outcome.ts';
import type { StoredVerdict } from './stored.ts';
import { type Entry, repeated } from './verdict-answer.ts';

/** What judging the changes of one push needs. */
export interface Bench {
  readonly context: Context;
  readonly draft: Draft;
  readonly deviceId: string;
  /** Places up to this one in the device's queue have had a verdict, or were passed over. */
  readonly lastSeq: number;
  /** Server time of the writes, ms. */
  readonly atMs: number;
}

/** Judges all changes of a push in their order, a group at the place of its last member. Answers in request order. */
export function judgeCandidates(bench: Bench, candidates: readonly Candidate[]): readonly Entry[] {
  recall(bench, candidates);
  const groups = groupsOf(candidates);
  const entries = new Map<Candidate, Entry>();
  for (const candidate of candidates) {
    const members = candidate.group === null ? undefined : groups.get(candidate.group);
    if (members === undefined) entries.set(candidate, judgeAlone(bench, candidate));
    else if (members.at(-1) === candidate)
      for (const member of judgeMembers(bench, members)) entries.set(member[0], member[1]);
  }
  return candidates.flatMap((candidate) => entries.get(candidate) ?? []);
}

function groupsOf(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    if (candidate.group === null) continue;
    const members = groups.get(candidate.group);
    if (members === undefined) groups.set(candidate.group, [candidate]);
    else members.push(candidate);
  }
  return groups;
}

function judgeMembers(bench: Bench, members: readonly Candidate[]): readonly (readonly [Candidate, Entry])[] {
  const outcomes = judgeGroup(bench.draft, members, (draft, candidate) => judge({ ...bench, draft }, candidate));
  return [...outcomes].map(([candidate, outcome]) => [candidate, answer(bench, candidate, () => outcome)]);
}

function judgeAlone(bench: Bench, candidate: Candidate): Entry {
  return answer(bench, candidate, () => judge(bench, candidate));
}

/** The stored verdict where there is one, else what judging came to, which is stored now. */
function answer(bench: Bench, candidate: Candidate, outcome: () => Outcome): Entry {
  const known = bench.draft.verdict(candidate.id);
  return known === undefined ? settle(bench, candidate, outcome()) : repeated(known, candidate.bodyPrint, bench.draft);
}

/**
 * Finds the verdicts on changes that took effect although their verdicts are gone, as after the loss of the table of
 * results: the history knows them, so that they have no second effect. Only places that the device's queue has passed can
 * be meant.
 */
function recall({ draft, deviceId, lastSeq, atMs }: Bench, candidates: readonly Candidate[]): void {
  for (const { id, seq, bodyPrint, entityType, entityId } of candidates) {
    if (seq === null || seq > lastSeq || draft.verdict(id) !== undefined) continue;
    const version = draft.effectAt({ entityType, entityId }, id);
    if (version === undefined) continue;
    const about = { id, kind: 'change', deviceId, seq, bodyPrint, entityType, entityId } as const;
    draft.settle({ ...about, status: 'applied', version, problem: null, resolvedBy: null, at: atMs });
  }
}

function judge({ context, draft, deviceId, atMs }: Bench, candidate: Candidate): Outcome {
  if (!candidate.shape.ok) return rejected(candidate.shape.problem);
  const origin = { deviceId, changeId: candidate.id };
  return judgeChange(context, draft, candidate.shape.change, { number: draft.number, atMs, origin });
}

/** Puts an outcome into the draft: effect, history and verdict together. A `retry` leaves nothing. */
function settle(bench: Bench, candidate: Candidate, outcome: Outcome): Entry {
  const { id } = candidate;
  if (outcome.kind === 'retry') {
    return { result: { id, status: 'retry', problem: outcome.problem }, key: candidate, row: 'never' };
  }
  bench.draft.settle(verdictOf(bench, candidate, outcome));
  if (outcome.kind !== 'applied') {
    return { result: { id, status: outcome.kind, problem: outcome.problem }, key: candidate, row: 'always' };
  }
  if (outcome.row !== null) bench.draft.put(outcome.row);
  bench.draft.record(outcome.history);
  const result = { id, status: 'applied', version: outcome.version } as const;
  return { result, key: candidate, row: outcome.showsRow ? 'always' : 'written' };
}

function verdictOf(bench: Bench, candidate: Candidate, outcome: Exclude<Outcome, { kind: 'retry' }>): StoredVerdict {
  return {
    id: candidate.id,
    kind: 'change',
    deviceId: bench.deviceId,
    seq: candidate.seq,
    bodyPrint: candidate.bodyPrint,
    entityType: candidate.entityType,
    entityId: candidate.entityId,
    status: outcome.kind,
    version: outcome.kind === 'applied' ? outcome.version : null,
    problem: outcome.kind === 'applied' ? null : outcome.problem,
    resolvedBy: null,
    at: bench.atMs,
  };
}
