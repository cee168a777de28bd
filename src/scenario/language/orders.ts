import type { Plan, PlanStep } from '../plan.ts';

/** Most orders of one `together` with `orders: all`. */
export const ordersMax = 24;

interface Together {
  readonly together: readonly PlanStep[];
  readonly orders?: 'given' | 'seeded' | 'all';
}

/** One plan for every order of each top-level `together` that asks for all; the order is a value of the case. */
export function expandOrders(plan: Plan): readonly Plan[] {
  const at = plan.steps.findIndex(asksForAll);
  const step = plan.steps[at];
  if (step === undefined) return [plan];
  const { together } = step.args as Together;
  return permutations(together.map((_, index) => index)).flatMap((order) => {
    const args: Together = { together: order.map((index) => together[index] as PlanStep), orders: 'given' };
    const steps = plan.steps.with(at, { ...step, args });
    const column = `order${Object.keys(plan.caseValues).filter((name) => /^order\d+$/.test(name)).length + 1}`;
    const caseValues = { ...plan.caseValues, [column]: order.map((index) => index + 1).join(' ') };
    return expandOrders({ ...plan, steps, caseValues });
  });
}

/** Whether a step is a `together` that wants every order. */
export function asksForAll(step: PlanStep): boolean {
  return step.verb === 'together' && (step.args as Together).orders === 'all';
}

/** How many orders a step that asks for all has. */
export function ordersOf(step: PlanStep): number {
  return (step.args as Together).together.reduce((product, _, index) => product * (index + 1), 1);
}

/** All orders of a list, the given one first. */
function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
