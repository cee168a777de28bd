import type { PlanStep } from './plan.ts';

/** All steps of a list with the steps inside them, in the order in which they stand. */
export function* walkSteps(steps: readonly PlanStep[]): Generator<PlanStep> {
  for (const step of steps) {
    yield step;
    const {
      together,
      during,
      steps: repeated,
    } = step.args as Readonly<Record<string, readonly PlanStep[] | undefined>>;
    yield* walkSteps(together ?? during ?? repeated ?? []);
  }
}
