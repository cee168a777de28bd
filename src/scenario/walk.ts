import type { PlanStep } from './plan.ts';

/** All steps of a list with the steps inside them, in the order in which they stand. */
export function* walkSteps(steps: readonly PlanStep[]): Generator<PlanStep> {
  for (const step of steps) {
    yield step;
    const { together, during } = step.args as { together?: readonly PlanStep[]; during?: readonly PlanStep[] };
    yield* walkSteps(together ?? during ?? []);
  }
}
