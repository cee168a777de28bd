import type { EntityKey } from '../core/ids.ts';
import type { Result } from '../core/protocol/messages.ts';
import { check, shown } from './outcome.ts';

/** What a verdict has to be. */
export interface WantedVerdict {
  readonly status: Result['status'];
  /** For `duplicate`: the verdict it repeats. */
  readonly first?: Result['first'];
  /** The codes that the problem may have; absent: any. */
  readonly codes?: readonly string[];
  /** What was sent, for people: `the second CREATE`. */
  readonly of: string;
  readonly row?: EntityKey;
}

/** Throws ClaimBroken unless the verdict is the wanted one. */
export function checkVerdict(result: Result, { status, first, codes, of, row = undefined }: WantedVerdict): void {
  const problem = result.problem?.code;
  const holds =
    result.status === status &&
    (first === undefined || result.first === first) &&
    (codes === undefined || (problem !== undefined && codes.includes(problem)));
  const wanted = `${status}${first === undefined ? '' : ` (first ${first})`}${codes === undefined ? '' : ` ${codes.join(' or ')}`}`;
  const { status: saw, first: sawFirst, version } = result;
  check(holds, {
    expected: `${of} to be answered ${wanted}`,
    saw: shown({ status: saw, first: sawFirst, version, problem: result.problem }),
    row: row ?? null,
  });
}
