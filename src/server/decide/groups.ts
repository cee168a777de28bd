import { keyText } from '../../core/ids.ts';
import type { FinalStatus } from '../../core/protocol/messages.ts';
import type { Candidate } from './change-shape.ts';
import { Draft } from './draft.ts';
import { conflict, type Outcome, rejected } from './outcome.ts';
import { problemOf } from './refusal.ts';

/** A member of a group, with its verdict from before or how it was judged now. */
interface Member {
  readonly candidate: Candidate;
  readonly known: FinalStatus | null;
  readonly outcome: Outcome;
}

/**
 * The outcomes of the items of one group, which take effect together or not at all. `judgeOne` judges an item against
 * a draft without changing it. Nothing is put into `draft`: the caller settles the outcomes in the order given.
 */
export function judgeGroup(
  draft: Draft,
  members: readonly Candidate[],
  judgeOne: (draft: Draft, candidate: Candidate) => Outcome,
): ReadonlyMap<Candidate, Outcome> {
  if (!isComplete(members)) {
    return new Map(members.map((candidate) => [candidate, rejected(problemOf('group_incomplete'))]));
  }
  // The members see each other's effects, but nobody else does until all of them are certain.
  const trial = new Draft(draft);
  const ids = new Set(members.map(({ id }) => id));
  const judged = members.map((candidate): Member => {
    const known = draft.verdict(candidate.id)?.status ?? null;
    const outcome = judgeOne(trial, withoutWaitingFor(candidate, ids));
    if (known === null && outcome.kind === 'applied' && outcome.row !== null) trial.put(outcome.row);
    return { candidate, known, outcome };
  });
  return new Map(judged.map((member) => [member.candidate, sharedFate(judged, member)]));
}

function isComplete(members: readonly Candidate[]): boolean {
  const size = new Set(members.map(({ id }) => id)).size;
  return members.every(({ groupSize }) => groupSize === size);
}

/** Members of a group get their verdicts at once, so none of them waits for another. */
function withoutWaitingFor(candidate: Candidate, ids: ReadonlySet<string>): Candidate {
  if (!candidate.shape.ok) return candidate;
  const { change } = candidate.shape;
  return {
    ...candidate,
    shape: { ok: true, change: { ...change, dependsOn: change.dependsOn.filter((id) => !ids.has(id)) } },
  };
}

/** One clash makes all of them conflict; else one that waits makes all wait; else one refusal refuses all. */
function sharedFate(members: readonly Member[], { outcome }: Member): Outcome {
  const clash = members.find((member) => standing(member) === 'conflict');
  if (clash !== undefined) {
    return outcome.kind === 'conflict' ? outcome : conflict(sibling('group_conflict', clash));
  }
  const refusal = members.find((member) => standing(member) === 'rejected');
  const waiting = members.find((member) => isWaiting(member, members));
  if (waiting !== undefined) return waiting.outcome;
  if (refusal === undefined) return outcome;
  return outcome.kind === 'rejected' ? outcome : rejected(sibling('group_rejected', refusal));
}

function standing({ known, outcome }: Member): Outcome['kind'] {
  return known ?? outcome.kind;
}

/** Whether a member waits for something outside: one that waits for a refused member would wait for ever. */
function isWaiting({ known, outcome }: Member, members: readonly Member[]): boolean {
  if (known !== null || outcome.kind !== 'retry') return false;
  return !members.some((other) => standing(other) === 'rejected' && keyText(other.candidate) === outcome.on);
}

function sibling(code: 'group_conflict' | 'group_rejected', { candidate }: Member) {
  return problemOf(code, `${candidate.id} is the reason.`, { changeId: candidate.id });
}
