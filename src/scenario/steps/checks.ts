import { present } from '../../lib/assert.ts';
import type { Ability } from '../../stage/ability.ts';
import type { Expectation } from '../expectations/expectation.ts';
import { expectationNamed } from '../expectations/table.ts';
import type { PlanCheck, PlanExpectation } from '../plan.ts';

/** The entry of the table that a check names. Throws BugError for an unknown name: the reader lets none through. */
export function expectationOf(check: PlanCheck): Expectation {
  return present(expectationNamed(check.expectation), `${check.expectation} is an expectation`);
}

/** Checks in words, joined by `and`. */
export function tellChecks(checks: readonly PlanCheck[]): string {
  return checks.map((check) => expectationOf(check).tell(check.args)).join(' and ');
}

/** What a stage must be able to do to judge the checks, whoever their subject is. */
export function checksNeed(checks: readonly PlanCheck[], subject = 'device'): readonly Ability[] {
  const kind = subject === 'server' ? 'server' : 'device';
  return checks.flatMap((check) => {
    const expectation = expectationOf(check);
    const asked = expectation.subjects.includes(kind) ? kind : (expectation.subjects[0] ?? kind);
    return expectation.needs?.(check.args, asked) ?? [];
  });
}

/** What a stage must be able to do to judge the expectations. */
export function expectationsNeed(expectations: readonly PlanExpectation[]): readonly Ability[] {
  return expectations.flatMap(({ subject, checks }) => checksNeed(checks, subject));
}

/** An expectation in words. */
export function tellExpectation({ subject, checks }: PlanExpectation): string {
  return `${subject} ${tellChecks(checks)}`;
}
