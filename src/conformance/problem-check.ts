import type { Answer } from './line.ts';
import { check, shown } from './outcome.ts';

/** What a refusal has to be. */
export interface WantedRefusal {
  readonly statuses: readonly number[];
  /** The codes that the problem document may have. Absent: the code does not matter, nor does an empty body. */
  readonly codes?: readonly string[];
  readonly of: string;
}

/**
 * Throws ClaimBroken unless the answer is such a refusal. Where a code is wanted, it has to stand in the body: devices
 * decide by it. Elsewhere the status is enough, as servers answer that were not written for this protocol.
 */
export function checkRefusal(answer: Answer, { statuses, codes, of }: WantedRefusal): void {
  const code = codeOf(answer);
  const wanted = `${of} to be refused with ${statuses.join(' or ')}${codes === undefined ? '' : ` and the code ${codes.join(' or ')}`}`;
  check(statuses.includes(answer.status) && (codes === undefined || codes.includes(code ?? '')), {
    expected: wanted,
    saw: `${answer.status} ${shown(answer.json ?? answer.text)}`,
  });
}

/** The code of a problem document, or null. */
export function codeOf({ json }: Answer): string | null {
  if (typeof json !== 'object' || json === null || !('code' in json)) return null;
  return typeof json.code === 'string' ? json.code : null;
}

/** Whether the server has nothing at an address that the contract leaves to servers. */
export function isAbsent({ status }: Answer): boolean {
  return status === 404 || status === 405 || status === 501;
}
